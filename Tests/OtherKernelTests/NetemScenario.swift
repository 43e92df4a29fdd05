/// A scenario in which one impairment follows the other, each judged by what it must move, with bounds that netem and the wire
/// both have to keep.
///
/// Neighbours are known from the start, so that every packet on the cable is one of the flow's. Latencies are judged by
/// percentiles: the first datagrams wait for a sender that is just being started.
enum NetemScenario {
    /// - Parameter hasNetem: whether netem at a node's own device is part of it, which no wire can be.
    static func text(hasNetem: Bool) -> String {
        head + phases + (hasNetem ? ownDevice : "") + recovery
    }

    private static let head = """
        title: Every impairment that netem carries out, one after the other
        nodes:
          client:
            interfaces: { eth0: { address: 10.0.0.1/24, mac: "02:00:00:00:00:01" } }
            neighbours: { 10.0.0.2: "02:00:00:00:00:02" }
          server:
            interfaces: { eth0: { address: 10.0.0.2/24, mac: "02:00:00:00:00:02" } }
            neighbours: { 10.0.0.1: "02:00:00:00:00:01" }
        links: [{ name: cable, ends: [client/eth0, server/eth0], seed: 11 }]
        traffic:
          many: { kind: udp-stream, from: client, to: "server:9", count: 250, size: 200 B, rate: 250/s, linger: 1500 ms }
          up: { kind: tcp-stream, from: client, to: "server:80", bytes: 128 KiB, timeout: 30 s }
        phases:

        """

    private static let phases = """
          - name: control
            expect:
              - up.succeeded == 1
              - client Tcp.RetransSegs stays
              - server TcpExt.TCPOFOQueue stays
              - server TcpExt.TCPDSACKOldSent stays
              - many.received == 250
              - many.delay.p50 < 10 ms
              - many.reordered == 0

          - name: loss
            traffic: [many]
            role: fault
            set: { cable: { impair: { lossy: { from: client, loss: { probability: 20%, correlation: 5% } } } } }
            expect:
              - many.lost in 20..85
              - many.lost == cable impair:lossy
              - server Udp.InDatagrams == many.received

          - name: same-loss
            traffic: [many]
            role: fault
            fresh: true
            expect:
              - many.lost in 20..85
              - { that: many.lost == many.lost of loss, kernel: ">= 6.6", because: the seed is the same }

          - name: gilbert-elliott
            traffic: [many]
            role: fault
            set: { cable: { impair: { lossy: null, bursts: { from: client, loss: { gilbert-elliott: { p: 5%, r: 30%, loss-in-bad: 100%, loss-in-good: 0% } } } } } }
            expect:
              - many.lost in 4..120
              - many.lost == cable impair:bursts

          - name: markov
            traffic: [many]
            role: fault
            set: { cable: { impair: { bursts: null, chain: { from: client, loss: { markov: { p13: 5%, p31: 60%, p32: 10%, p23: 20%, p14: 2% } } } } } }
            expect:
              - many.lost in 3..100
              - many.lost == cable impair:chain

          - name: delay
            traffic: [many]
            role: fault
            set: { cable: { impair: { chain: null, far: { from: client, delay: 40 ms } } } }
            expect:
              - many.received == 250
              - many.delay.min >= 40 ms
              - many.delay.p50 < 50 ms
              - many.reordered == 0

          - name: uniform
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: { time: 40 ms, jitter: 10 ms } } } } }
            expect:
              - many.received == 250
              - many.delay.min in 30 ms..34 ms
              - many.delay.p90 in 46 ms..60 ms
              - many.reordered >= 1

          - name: correlated
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: { time: 40 ms, jitter: 10 ms, correlation: 50% } } } } }
            expect:
              - many.received == 250
              - many.delay.min in 30 ms..37 ms
              - many.reordered >= 1

          - name: normal
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: { time: 40 ms, jitter: 5 ms, distribution: normal, correlation: 0% } } } } }
            expect:
              - many.received == 250
              - many.delay.min in 15 ms..33 ms
              - many.delay.p50 in 38 ms..43 ms
              - many.delay.p90 in 44 ms..60 ms

          - name: pareto
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: { time: 40 ms, jitter: 5 ms, distribution: pareto } } } } }
            expect:
              - many.received == 250
              - { that: "many.delay.min in 36 ms..40 ms", because: nobody is much earlier than the rest }
              - many.delay.p50 in 37 ms..41 ms
              - many.delay.p99 >= 48 ms

          - name: paretonormal
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: { time: 40 ms, jitter: 5 ms, distribution: paretonormal } } } } }
            expect:
              - many.received == 250
              - many.delay.min in 30 ms..39 ms
              - many.delay.p50 in 37 ms..41 ms
              - many.delay.p99 >= 46 ms

          - name: reorder
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: 10 ms }, ahead: { from: client, reorder: { probability: 25%, correlation: 0%, gap: 2 } } } } }
            expect:
              - many.received == 250
              - many.delay.min < 5 ms
              - many.delay.p90 >= 10 ms
              - many.reordered >= 20
              - cable impair:ahead in 15..125

          - name: duplicate
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: null, ahead: null, twice: { from: client, duplicate: 20% } } } }
            expect:
              - many.lost == 0
              - many.duplicated in 20..85
              - server Udp.InDatagrams == 250 + many.duplicated
              - cable impair:twice == many.duplicated

          - name: corrupt
            traffic: [many]
            role: fault
            set: { cable: { impair: { twice: null, broken: { from: client, corrupt: 20% } } } }
            expect:
              - many.lost in 20..85
              - server Udp.InCsumErrors in 15..85

          - name: bucket
            traffic: [many]
            role: fault
            set: { cable: { impair: { broken: null, narrow: { from: client, rate: { rate: 250 kbit, limit: 1000 } } } } }
            expect:
              - many.received == 250
              - many.delay.p90 >= 700 ms
              - many.reordered == 0

          - name: rate
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: { from: client, delay: 1 ms } } } }
            expect:
              - many.received == 250
              - many.delay.p90 in 700 ms..1100 ms
              - many.delay.min >= 8 ms

          - name: limit
            traffic: [many]
            role: fault
            set: { cable: { impair: { narrow: null, far: { from: client, delay: 100 ms }, short: { from: client, limit: 5 } } } }
            expect:
              - many.lost in 120..235
              - many.lost == cable impair:short

          - name: slot
            traffic: [many]
            role: fault
            set: { cable: { impair: { far: null, short: null, slots: { from: client, slot: { minimum: 20 ms, maximum: 20 ms, packets: 50 } } } } }
            expect:
              - many.received == 250
              - many.delay.p90 in 12 ms..40 ms
              - many.delay.p50 in 4 ms..30 ms

          - name: tcp-loss
            role: fault
            traffic: [up]
            set: { cable: { impair: { slots: null, lossy: { from: client, loss: { probability: 10%, correlation: 5% } } } } }
            expect:
              - up.succeeded == 1
              - client Tcp.RetransSegs rises
              - server TcpExt.TCPOFOQueue rises

          - name: tcp-duplicate
            role: fault
            traffic: [up]
            set: { cable: { impair: { lossy: null, twice: { from: client, duplicate: 20% } } } }
            expect:
              - up.succeeded == 1
              - client Tcp.RetransSegs stays
              - { that: server TcpExt.TCPDSACKOldSent rises, because: the server tells of what it gets twice }
              - client TcpExt.TCPDSACKRecv rises

          - name: tcp-reorder
            role: fault
            traffic: [up]
            set: { cable: { impair: { twice: null, far: { from: client, delay: 10 ms }, ahead: { from: client, reorder: 25% } } } }
            expect:
              - up.succeeded == 1
              - server TcpExt.TCPOFOQueue rises


        """

    private static let ownDevice = """
          - name: own-device
            traffic: [many]
            role: fault
            set: { client/eth0: { qdisc: { netem: { loss: 20% } } } }
            expect:
              - many.lost in 20..85
              - client/eth0 qdisc:dropped == many.lost

          - name: clean-device
            role: recovery
            traffic: [many]
            set: { client/eth0: { qdisc: null } }
            expect: [many.received == 250]


        """

    private static let recovery = """
          - name: recovery
            set: { cable: { impair: null } }
            expect:
              - many.received == 250
              - many.delay.p50 < 10 ms
              - up.succeeded == 1
              - server TcpExt.TCPOFOQueue stays

        """
}
