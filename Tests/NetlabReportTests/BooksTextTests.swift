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
            "a/eth0 → b/eth0: 60 sent, 30 arrived, 30 dropped (b/eth0 link:rx_dropped)"
        ),
        (
            BookEntry(
                scope: .link, place: "wire", sent: 100, copied: 10, arrived: 80,
                dropped: [BookedDrop(place: "wire", counter: "impair:lossy", count: 30)]),
            "wire: 100 sent, 10 copied, 80 arrived, 30 dropped (impair:lossy)"
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
            "server: 7 received, 5 taken in or passed on, 1 dropped (rule:r in nft_do_chain), 1 unexplained; freed "
                + "besides: drop:NO_SOCKET in tcp_v4_rcv 2"
        ),
        (
            BookEntry(
                scope: .sending, place: "client", sent: 9, arrived: 10,
                dropped: [BookedDrop(place: "client", counter: "Ip.OutDiscards", count: 1)]),
            "client: 9 to send, 10 handed to a device, 1 dropped (Ip.OutDiscards), 2 more than were sent"
        ),
    ])
    func accountIsOneSentence(entry: BookEntry, text: String) {
        #expect(BooksText.line(entry) == text)
    }
}
