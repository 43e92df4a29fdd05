import Glibc
import LinuxSystem
import NetlabModel
import NetlabWire

/// The wire side by side with a plain veth pair: datagrams of 64 bytes and TCP, with and without offloads, how
/// late held packets leave, and whether the same packets die.
///
/// Usage: wire-benchmark [ROUNDS [RUNS]]   (5 rounds; 100 runs) The links take turns within each round, so that
/// a busy moment of the machine hits all of them. Prints medians and their ratio to veth.
@main
enum WireBenchmark {
    static func main() throws {
        let numbers = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        let rounds = numbers.first ?? 5
        try rates(rounds)
        try lateness()
        try sameness(runs: numbers.dropFirst().first ?? 100)
    }

    private static func rates(_ rounds: Int) throws {
        let loss = [
            NamedImpairment(
                name: "loss", from: nil,
                impairment: .loss(.random(Probability(0.0001), correlation: Probability(0))))
        ]
        let links: [(name: String, BenchmarkLink.Kind)] = [
            ("veth", .veth(offloads: true)),
            ("veth without offloads", .veth(offloads: false)),
            ("wire", .wire([], superPackets: false)),
            ("wire, loss 0.01%", .wire(loss, superPackets: false)),
            ("wire with super-packets", .wire([], superPackets: true)),
            ("wire with super-packets, loss 0.01%", .wire(loss, superPackets: true)),
        ]
        var datagrams: [String: [Double]] = [:]
        var bytes: [String: [Double]] = [:]
        for _ in 0..<rounds {
            for (name, kind) in links {
                let link = try BenchmarkLink(kind)
                datagrams[name, default: []].append(try Flood.datagrams(link, bytes: 18))
                bytes[name, default: []].append(try Flood.stream(link) * 8 / 1e9)
                link.stop()
            }
        }
        print("link | 64 B received per second | of veth | TCP Gbit/s | of veth with the same offloads")
        for (name, kind) in links {
            let hasOffloads =
                switch kind {
                case .veth(let offloads): offloads
                case .wire(_, let superPackets): superPackets
                }
            let rate = median(datagrams[name])
            let stream = median(bytes[name])
            let reference = median(bytes[hasOffloads ? "veth" : "veth without offloads"])
            let cells = [
                name, DecimalText.short(rate, decimals: 0),
                DecimalText.short(rate / median(datagrams["veth"]), decimals: 2),
                DecimalText.short(stream, decimals: 2), DecimalText.short(stream / reference, decimals: 2),
            ]
            print(cells.joined(separator: " | "))
        }
    }

    private static func median(_ values: [Double]?) -> Double {
        guard let values, !values.isEmpty else { return .nan }
        return values.sorted()[values.count / 2]
    }

    /// 2 000 packets held for 10 ms, one each millisecond.
    private static func lateness() throws {
        let delay = NamedImpairment(
            name: "delay", from: nil, impairment: .delay(DelayModel(delay: .milliseconds(10))))
        let link = try BenchmarkLink(.wire([delay], superPackets: false))
        let receiver = try BenchmarkSocket(in: link.namespaces[1], stream: false)
        try receiver.bind(port: 5000)
        let socket = try link.datagramSender()
        for _ in 0..<2000 {
            guard socket.send(bytes: 18) else { throw SystemError.last("send") }
            poll(nil, 0, 1)
        }
        link.waitUntilEmpty()
        let books = link.books
        let text = [0.5, 0.99, 0.999].map { books.lateness.quantile($0)?.text ?? "-" }
        print("held for 10 ms, late by p50 \(text[0]), p99 \(text[1]), p99.9 \(text[2])")
        link.stop()
    }

    /// One seeded link again and again, eight at a time.
    private static func sameness(runs: Int) throws {
        let outcomes = Outcomes()
        var threads: [HomeThread] = []
        for worker in 0..<8 {
            threads.append(
                try HomeThread(name: "lab \(worker)") {
                    for _ in 0..<(runs + 7 - worker) / 8 { outcomes.add(Result { try outcome() }) }
                })
        }
        for thread in threads { thread.join() }
        for (outcome, count) in outcomes.counts.sorted(by: { $0.value > $1.value }) {
            print("\(count) of \(runs) runs: \(outcome)")
        }
    }

    private static func outcome() throws -> String {
        let none = Probability(0)
        let link = try BenchmarkLink(
            .wire(
                [
                    NamedImpairment(
                        name: "loss", from: nil,
                        impairment: .loss(
                            .gilbertElliott(
                                p: Probability(0.05), r: Probability(0.4), lossInBad: Probability(0.8),
                                lossInGood: Probability(0.01)))),
                    NamedImpairment(
                        name: "double", from: nil,
                        impairment: .duplicate(Probability(0.05), correlation: none)),
                    NamedImpairment(
                        name: "seventh", from: nil, impairment: .pattern(PacketPattern(.drop, .every(7)))),
                ], superPackets: false))
        // Without a receiver there would be ICMP errors, each of which costs the sender a datagram.
        let receiver = try BenchmarkSocket(in: link.namespaces[1], stream: false)
        try receiver.bind(port: 5000)
        let socket = try link.datagramSender()
        for _ in 0..<300 where !socket.send(bytes: 18) { throw SystemError.last("send") }
        link.wait { $0.offered.packets >= 300 }
        let books = link.books
        link.stop()
        return "\(books.offered.packets) offered, \(books.droppedTotal.packets) lost, fate hash "
            + String(books.fateHash, radix: 16)
    }
}
