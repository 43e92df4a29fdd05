import Glibc
import LinuxSystem
import NetlabModel
import NetlabWire

/// The wire side by side with a plain veth pair: datagrams of 64 bytes and TCP, with and without offloads, how
/// late held packets leave, what an impaired lab costs, and whether the same packets die.
///
/// Usage: wire-benchmark [rates ROUNDS] [late] [labs ROUNDS] [same RUNS]   (5 rounds, 21 labs, 100 runs; all of them if
/// none is named) The links take turns within each round, so that a busy moment of the machine hits all of them.
/// Prints medians and their ratio to veth.
@main
enum WireBenchmark {
    static func main() async throws {
        let words = Array(CommandLine.arguments.dropFirst())
        func number(_ word: String, otherwise: Int) -> Int? {
            if words.isEmpty { return otherwise }
            guard let index = words.firstIndex(of: word) else { return nil }
            return index + 1 < words.count ? Int(words[index + 1]) ?? otherwise : otherwise
        }
        if let rounds = number("rates", otherwise: 5) { try rates(rounds) }
        if number("late", otherwise: 1) != nil { try lateness() }
        if let rounds = number("labs", otherwise: 21) { try await labs(rounds) }
        if let runs = number("same", otherwise: 100) { try await sameness(runs) }
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
        var datagrams: [String: [Flood.Result]] = [:]
        var streams: [String: [Flood.Result]] = [:]
        for _ in 0..<rounds {
            for (name, kind) in links {
                let link = try BenchmarkLink(kind)
                datagrams[name, default: []].append(try Flood.datagrams(link, bytes: 18))
                streams[name, default: []].append(try Flood.stream(link))
                link.stop()
            }
        }
        print(
            "link | 64 B received per second | of veth | CPU us each | TCP Gbit/s | of veth with the same offloads | CPU ns per KiB"
        )
        for (name, kind) in links {
            let hasOffloads =
                switch kind {
                case .veth(let offloads): offloads
                case .wire(_, let superPackets): superPackets
                }
            let reference = hasOffloads ? "veth" : "veth without offloads"
            let cells = [
                name, DecimalText.short(median(datagrams[name], \.messages), decimals: 0),
                DecimalText.short(
                    ratio(datagrams[name], to: datagrams["veth"], \.messages), decimals: 2),
                DecimalText.short(median(datagrams[name]) { $0.cpu / $0.messages * 1e6 }, decimals: 2),
                DecimalText.short(median(streams[name]) { $0.bytes * 8 / 1e9 }, decimals: 2),
                DecimalText.short(ratio(streams[name], to: streams[reference], \.bytes), decimals: 2),
                DecimalText.short(median(streams[name]) { $0.cpu / $0.bytes * 1024e9 }, decimals: 0),
            ]
            print(cells.joined(separator: " | "))
        }
    }

    private static func median(_ values: [Double]) -> Double {
        values.isEmpty ? .nan : values.sorted()[values.count / 2]
    }

    private static func median(_ results: [Flood.Result]?, _ value: (Flood.Result) -> Double) -> Double {
        median((results ?? []).map(value))
    }

    /// The median of the ratios within each round.
    private static func ratio(
        _ results: [Flood.Result]?, to others: [Flood.Result]?, _ value: (Flood.Result) -> Double
    ) -> Double {
        median(zip(results ?? [], others ?? []).map { value($0) / value($1) })
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

    private static func labs(_ rounds: Int) async throws {
        var times: [Link.Driver: [Double]] = [:]
        for _ in 0..<rounds {
            for driver in [Link.Driver.wire, .kernel] {
                times[driver, default: []] += try await RepeatedLab(driver: driver).times(1)
            }
        }
        for driver in [Link.Driver.wire, .kernel] {
            let sorted = (times[driver] ?? []).sorted()
            print(
                "\(driver): set-up plus teardown of two nodes and an impaired link, median "
                    + "\(DecimalText.short(median(sorted), decimals: 1)) ms, best "
                    + "\(DecimalText.short(sorted.first ?? .nan, decimals: 1)) ms")
        }
    }

    private static func sameness(_ runs: Int) async throws {
        for driver in [Link.Driver.wire, .kernel] {
            for (text, count) in try await RepeatedLab(driver: driver).losses(runs).counts {
                print("\(driver): \(count) of \(runs) runs: \(text)")
            }
        }
    }
}
