import NetlabModel
import NetlabScenario
import Testing

/// A file with a mistake, and everything that is said about it.
struct BrokenScenario: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    /// `line:column severity: message | hint`, in order.
    var complaints: [String]

    var testDescription: String { name }

    /// The sound scenario with texts replaced, each once.
    init(_ name: String, _ changes: KeyValuePairs<String, String>, _ complaints: [String]) {
        self.name = name
        self.complaints = complaints
        text = Self.sound
        for (old, new) in changes {
            guard let range = text.firstRange(of: old) else {
                text = "the sound scenario has no \(old)"
                return
            }
            text.replaceSubrange(range, with: new)
        }
    }

    init(_ name: String, text: String, _ complaints: [String]) {
        self.name = name
        self.text = text
        self.complaints = complaints
    }

    /// What the parser says, in the form of `complaints`.
    static func complaints(about text: String) -> [String] {
        ScenarioParser.parse(ScenarioSource(name: "broken", path: "broken.yaml", text: text)).diagnostics.map
        {
            "\($0.position.line):\($0.position.column) \($0.severity.rawValue): \($0.message)"
                + ($0.hint.map { " | \($0)" } ?? "")
        }
    }

    static let sound = #"""
        title: A sound scenario
        tags: [tcp]
        params: { count: 10 }
        nodes:
          client:
            interfaces: { eth0: 10.0.0.1/24 }
            routes: [10.1.0.0/24 via 10.0.0.254]
          router:
            interfaces: { eth0: 10.0.0.254/24, eth1: 10.1.0.254/24 }
            forward: true
            firewall: { lottery: forward tcp dport 81 drop }
          server:
            interfaces: { eth0: { address: 10.1.0.2/24, mtu: 1500 } }
            routes: [default via 10.1.0.254]
            sysctl: { net.ipv4.tcp_syncookies: 0 }
        links:
          - [client/eth0, router/eth0]
          - { name: uplink, ends: [router/eth1, server/eth0], impair: { lossy: { from: server, loss: 1% } } }
        traffic:
          web: { kind: tcp-request, from: client, to: "server:80", count: "${count}", timeout: 1 s }
          feed: { kind: udp-stream, from: client, to: "10.1.0.2:53" }
        phases:
          - name: control
            traffic: [web]
            expect: [web.succeeded == 10, server TcpExt.ListenOverflows stays]
          - name: fault
            set: { server/eth0: { mtu: 100 } }
            expect:
              - that: web.timed_out == 10
                because: nothing fits
          - name: recovery
            set: { server/eth0: { mtu: 1500 } }
            expect: [web.succeeded == 10]
        lesson: { symptom: it hangs, cause: mtu, cure: mtu }
        """# + "\n"
}
