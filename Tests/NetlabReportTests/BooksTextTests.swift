import NetlabModel
import Testing

@testable import NetlabReport

@Suite("Books in text")
struct BooksTextTests {
    @Test(arguments: [
        (
            BookEntry(
                scope: .cable, place: "a/eth0 → b/eth0", sent: 60, arrived: 30,
                dropped: [BookedDrop(place: "b/eth0", counter: "link:rx_dropped", count: 30)]),
            "a/eth0 → b/eth0  60   30       30  b/eth0 link:rx_dropped"
        ),
        (
            BookEntry(
                scope: .link, place: "wire", sent: 100, copied: 10, arrived: 80,
                dropped: [BookedDrop(place: "wire", counter: "impair:lossy", count: 30)]),
            "wire   100   80       30  impair:lossy, 10 copied"
        ),
        (
            BookEntry(
                scope: .node, place: "server", sent: 7, arrived: 5,
                dropped: [BookedDrop(place: "server", counter: "rule:r", count: 1, function: "nft_do_chain")],
                reasons: [
                    BookedDrop(
                        place: "server", counter: "drop:NETFILTER_DROP", count: 1, function: "nft_do_chain"),
                    BookedDrop(place: "server", counter: "drop:NO_SOCKET", count: 2, function: "tcp_v4_rcv"),
                ]),
            "server, receiving   7    5        1  rule:r in nft_do_chain, 1 unexplained; freed besides: "
                + "drop:NO_SOCKET in tcp_v4_rcv 2"
        ),
        (
            BookEntry(
                scope: .sending, place: "client", sent: 9, arrived: 10,
                dropped: [
                    BookedDrop(place: "client", counter: "Ip.OutDiscards", count: 1),
                    BookedDrop(place: "client/eth0", counter: "drop:QDISC_DROP", count: 2),
                ]),
            "client, sending   9   10        3  1 Ip.OutDiscards, 2 client/eth0 drop:QDISC_DROP, 4 more came out than "
                + "went in"
        ),
    ])
    func accountIsOneRow(entry: BookEntry, text: String) {
        let lines = BooksText.table([entry]).lines(width: 200).map(\.plain)
        #expect(lines.count == 2)
        #expect(lines.last?.trimmed == text)
        #expect(lines.first?.hasPrefix("where ") == true)
    }

    @Test func whatArrivedWholeIsOneLineUnlessSomethingWasLost() {
        let whole = BookEntry(scope: .cable, place: "a → b", sent: 5, arrived: 5)
        let node = BookEntry(scope: .node, place: "b", sent: 5, arrived: 5)
        let lossy = BookEntry(
            scope: .cable, place: "b → a", sent: 5, arrived: 4,
            dropped: [BookedDrop(place: "a", counter: "link:rx_dropped", count: 1)])
        func lines(_ entries: [BookEntry]) -> [String] {
            var page = TextPage(ReportStyle())
            BooksText.write(entries, label: "  books  ", &page)
            return page.lines.map(\.plain.trimmed)
        }
        #expect(lines([whole, node]) == ["  books  all 5 packets on the wire arrived"])
        #expect(
            lines([whole, node, lossy]) == [
                "  books  where  in  out  dropped  why", "         a → b   5    5",
                "         b → a   5    4        1  a link:rx_dropped",
            ])
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
