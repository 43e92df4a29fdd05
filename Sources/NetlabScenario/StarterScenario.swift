/// The file that a new scenario begins as: complete, commented, and passing as it stands.
public enum StarterScenario {
    /// The text of the file.
    ///
    /// - Parameter name: of the scenario; it stands in the comments.
    public static func text(named name: String) -> String {
        """
        # \(name): a scenario of netlab, complete as it stands. Make it yours from the top down.
        #
        #   netlab validate ./\(name).yaml     all mistakes at once, at their places
        #   netlab show ./\(name).yaml         the lab as a picture
        #   netlab run ./\(name).yaml          reproduce it
        #   netlab discover ./\(name).yaml     which counters the fault moves, ready to paste
        #   netlab prove ./\(name).yaml        does it fail when the fault is withheld? It must.

        # One sentence in which a user would recognise the trouble.
        title: Nobody listens, and the client is told at once
        tags: [tcp]

        # Used as ${clients} below. `--set clients=5` changes it for one run; `netlab sweep` goes through many values.
        params: { clients: 10 }

        # Each node is a network namespace. Addresses carry their prefix length.
        nodes:
          client: { interfaces: { eth0: 10.0.0.1/24 } }
          server: { interfaces: { eth0: 10.0.0.2/24 } }

        # Two ends are a cable; three or more are a switch.
        links:
          - [client/eth0, server/eth0]

        # The same traffic runs in every phase, so that phases can be compared. Quantities have a unit: 1 s, 200 B, 30%.
        traffic:
          web: { kind: tcp-connect, from: client, to: "server:80", count: "${clients}", concurrency: "${clients}", timeout: 1 s }

        # A phase is a patch of the one before it. In the first nothing is wrong.
        phases:
          - name: control
            expect:
              - web.connected == ${clients}
              - server Tcp.OutRsts stays

          # The fault. Say why each counter must move: `because` is printed with the verdict.
          - name: fault
            set: { web: { server: none } }
            expect:
              - that: web.refused == ${clients}
                because: no socket listens on the port, and the kernel answers every SYN with RST
              - that: server Tcp.OutRsts == ${clients}
                because: each of these answers is counted
              - that: server TcpExt.ListenDrops stays
                because: there is no listening socket whose queue could be full

          # The remedy. null gives a setting its value from the top of the file back.
          - name: recovery
            set: { web: { server: null } }
            expect:
              - web.connected == ${clients}
              - server Tcp.OutRsts stays

        # What somebody who meets this failure should see, look at and do.
        lesson:
          symptom: >
            Every connection fails at once with "Connection refused".
          look: >
            `nstat -az TcpOutRsts` at the server rises with every attempt; `ss -ltn` shows no socket on the port.
          cause: >
            Nothing listens on the port, and the kernel says so.
          cure: >
            Start the service, or correct the port.
          hints:
            - Is the packet lost, or is it answered?
            - Look at the RST segments that the server sends.
            - The server's kernel refuses every connection, since no socket listens on port 80.
          sources:
            - RFC 9293, section 3.10.7.1

        """
    }
}
