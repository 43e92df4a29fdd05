/// A table in text: columns as wide as they need to be, and one that is wrapped to the rest of the width.
public struct TextTable: Sendable {
    public enum Alignment: Sendable { case left, right }

    public struct Column: Sendable {
        public var title: String
        public var alignment: Alignment
        /// Whether its cells are wrapped when the table would become too wide. Of several the first is.
        public var isFlexible: Bool

        public init(_ title: String, _ alignment: Alignment = .left, isFlexible: Bool = false) {
            self.title = title
            self.alignment = alignment
            self.isFlexible = isFlexible
        }
    }

    public var columns: [Column]
    public private(set) var rows: [[StyledText]] = []

    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells at its end are empty.
    public mutating func add(_ cells: [StyledText]) {
        rows.append(cells + Array(repeating: "", count: max(0, columns.count - cells.count)))
    }

    /// The lines of the table, with its titles first if any column has one.
    public func lines(width: Int) -> [StyledText] {
        var widths = columns.indices.map { index in
            max(columns[index].title.columns, rows.map { $0[index].width }.max() ?? 0)
        }
        if let flexible = columns.firstIndex(where: \.isFlexible) {
            let others = widths.enumerated().reduce(0) { $0 + ($1.offset == flexible ? 0 : $1.element + 2) }
            widths[flexible] = min(widths[flexible], max(width - others, 16))
        }
        var lines: [StyledText] = []
        if columns.contains(where: { !$0.title.isEmpty }) {
            lines += row(columns.map { StyledText($0.title, .faint) }, widths)
        }
        for cells in rows { lines += row(cells, widths) }
        return lines
    }

    private func row(_ cells: [StyledText], _ widths: [Int]) -> [StyledText] {
        let wrapped = columns.indices.map { index -> [StyledText] in
            let cell = cells[index]
            guard columns[index].isFlexible, cell.width > widths[index] else { return [cell] }
            let ink = cell.spans.first?.ink ?? .plain
            return cell.plain.wrapped(to: widths[index]).map { StyledText($0, ink) }
        }
        let height = wrapped.map(\.count).max() ?? 1
        return (0..<height).map { level in
            var line = StyledText()
            for index in columns.indices {
                let cell = level < wrapped[index].count ? wrapped[index][level] : ""
                switch columns[index].alignment {
                case .left: line += cell.padded(to: widths[index])
                case .right: line += StyledText("").padded(to: widths[index] - cell.width) + cell
                }
                if index < columns.count - 1 { line += "  " }
            }
            return line
        }
    }
}
