import NetlabModel
import Testing

@testable import NetlabReport

/// A matrix of three scenarios on two kernels and its four forms.
@Suite struct MatrixReportTests {
    typealias Cell = KernelMatrix.Cell

    static let matrix = KernelMatrix(
        columns: [
            .init(name: "host", release: "6.18.44"),
            .init(name: "debian-6.1-cloud", release: "6.1.0-56-cloud-amd64"),
        ],
        rows: [
            .init(
                scenario: "mtu-100", title: "The handshake works, the request vanishes",
                cells: [
                    Cell(outcome: .passed, time: 1_935_000_000),
                    Cell(outcome: .passed, time: 6_100_000_000, tries: 2),
                ]),
            .init(
                scenario: "loss-2pct", title: "Two per cent <lost>",
                cells: [
                    Cell(
                        outcome: .unsupported, cause: "the qdisc netem: not in this kernel & \"no\" module",
                        time: 3_000_000),
                    Cell(
                        outcome: .failed, cause: "fault: client Tcp.RetransSegs rises: stayed",
                        time: 7_000_000_000),
                ],
                differences: [
                    .init(
                        phase: "fault", subject: "client", id: "TcpExt.TCPTimeouts",
                        readings: [.rose(9), .rose(0)],
                        isExpected: true),
                    .init(
                        phase: "fault", subject: "client", id: "TcpExt.TcpTimeoutRehash",
                        readings: [.rose(4), .absent]),
                    .init(
                        phase: "fault", subject: "client", id: "Tcp.InSegs", readings: [.rose(90), .unknown],
                        isOrdinary: true),
                ]),
            .init(
                scenario: "later", title: "",
                cells: [Cell(outcome: .inconclusive, cause: "interrupted", time: 0), nil]),
        ], time: 15_000_000_000)

    @Test func textIsATableWithCausesAndDifferences() {
        #expect(
            MatrixText.render(Self.matrix, style: ReportStyle(width: 140)) == """
                scenario   host                  debian-6.1-cloud       differing
                mtu-100    ✔ passed  1.94 s      ✔ passed flaky  6.1 s
                loss-2pct  – unsupported  3 ms   ✘ failed  7 s                  2
                later      ? inconclusive  0 ns  not run

                – loss-2pct on host  the qdisc netem: not in this kernel & "no" module
                ✘ loss-2pct on debian-6.1-cloud  fault: client Tcp.RetransSegs rises: stayed
                ? later on host  interrupted

                counters that moved on one kernel and not on another
                scenario   phase  counter                         host  debian-6.1-cloud
                loss-2pct  fault  client TcpExt.TCPTimeouts         +9                 0
                loss-2pct  fault  client TcpExt.TcpTimeoutRehash    +4              none

                host (6.18.44): 1 passed, 1 inconclusive, 1 unsupported
                debian-6.1-cloud (6.1.0-56-cloud-amd64): 1 passed (1 flaky), 1 failed
                ✘ 3 scenarios on 2 kernels in 15 s

                """)
    }

    @Test func ordinaryDifferencesAreToldInFull() {
        let full = MatrixText.render(Self.matrix, style: ReportStyle(width: 140, detail: .full))
        #expect(full.contains("client Tcp.InSegs"))
        #expect(!MatrixText.render(Self.matrix).contains("client Tcp.InSegs"))
    }

    @Test func junitFollowsTheSchemaWithASuiteForEachKernel() throws {
        let root = try XMLTree(document: MatrixJUnit.render(Self.matrix))
        JUnitReportTests.check(root)
        #expect(root.attributes["tests"] == "5")
        #expect(root.attributes["failures"] == "1")
        #expect(root.attributes["errors"] == "1")
        #expect(root.children.map { $0.attributes["name"] } == ["host", "debian-6.1-cloud"])
        #expect(root.children.map { $0.attributes["tests"] } == ["3", "2"])
        #expect(root.children.map { $0.attributes["skipped"] } == ["1", "0"])
        let failed = try #require(root.children[1].children.last)
        #expect(failed.attributes["classname"] == "netlab.debian-6.1-cloud")
        #expect(failed.children[0].attributes["message"] == "fault: client Tcp.RetransSegs rises: stayed")
        #expect(
            failed.children[0].text
                == "fault: client TcpExt.TCPTimeouts: host +9, debian-6.1-cloud 0\n"
                + "fault: client TcpExt.TcpTimeoutRehash: host +4, debian-6.1-cloud none")
    }

    @Test func jsonCanBeReadAgain() throws {
        let bytes = try RecordJSON.encode(Self.matrix)
        #expect(try RecordJSON.matrix(from: bytes) == Self.matrix)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"absent\""))
        let damaged = Array(text.replacing("\"absent\"", with: "\"gone\"").utf8)
        #expect(throws: RecordError.self) { try RecordJSON.matrix(from: damaged) }
    }

    /// Read as XML, which the page happens to be but for what HTML lets stand alone.
    @Test func htmlIsOneSoundPageThatFetchesNothing() throws {
        let page = MatrixHTML.render(Self.matrix, generated: "netlab 0.1.0, 2026-01-02T03:04:05Z")
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
        for word in ["http:", "https:", "src=", "<script", "<link", "@import", "url("] {
            #expect(!page.contains(word), "\(word)")
        }
        let body = page.replacing("<!DOCTYPE html>\n", with: "")
            .replacing("<meta charset=\"utf-8\">", with: "")
            .replacing("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", with: "")
            .replacing("<details open>", with: "<details>")
        let root = try XMLTree(document: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body)
        let table = try #require(root.children.last?.children.first { $0.attributes["class"] == "matrix" })
        let rows = table.children[1].children
        #expect(rows.map { $0.children[0].text } == ["mtu-100", "loss-2pct", "later"])
        #expect(
            rows.map { $0.children.dropFirst().map { $0.attributes["class"] } } == [
                ["passed", "passed"], ["unsupported", "failed"], ["inconclusive", "none"],
            ])
        #expect(rows.map { $0.attributes["class"] } == [nil, "divided", nil])
        #expect(page.contains("Two per cent &lt;lost&gt;"))
        #expect(page.contains("not in this kernel &amp; \"no\" module"))
        #expect(page.contains("flaky: passed at try 2"))
    }

    @Test func theWorstCellIsTheOutcome() {
        #expect(Self.matrix.outcome == .failed)
        #expect(KernelMatrix(columns: [], rows: []).outcome == .inconclusive)
        var good = Self.matrix
        good.rows.removeLast(2)
        #expect(good.outcome == .passed)
    }
}
