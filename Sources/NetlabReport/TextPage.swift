/// Lines of a report in the making.
public struct TextPage: Sendable {
    public var style: ReportStyle
    public private(set) var lines: [StyledText] = []

    public init(_ style: ReportStyle) { self.style = style }

    public mutating func add(_ line: StyledText) { lines.append(line) }

    public mutating func add(_ more: [StyledText]) { lines += more }

    /// An empty line, unless the page is empty or ends with one.
    public mutating func gap() {
        if let last = lines.last, !last.spans.isEmpty { lines.append(StyledText()) }
    }

    /// A heading that runs across the page: `── control ─────`.
    public mutating func rule(_ title: StyledText, right: StyledText = StyledText()) {
        let tail = right.spans.isEmpty ? StyledText() : " " + right
        let rest = max(2, min(style.width, 100) - 4 - title.width - tail.width)
        add(
            StyledText("── ", .faint) + title
                + StyledText(" " + String(repeating: "─", count: rest), .faint) + tail)
    }

    /// A text wrapped behind a head that stands in its first line; the rest hangs below the text.
    public mutating func paragraph(_ head: StyledText, _ text: String, _ ink: Ink = .plain) {
        let hang = head.width
        let wrapped = text.wrapped(to: max(style.width - hang, 20))
        for (index, line) in wrapped.enumerated() {
            let start = index == 0 ? head : StyledText(String(repeating: " ", count: hang))
            add(start + StyledText(line, ink))
        }
        if wrapped.isEmpty { add(head) }
    }

    /// The whole page, each line with its end.
    public func render() -> String {
        lines.map { $0.rendered(style) + "\n" }.joined()
    }
}
