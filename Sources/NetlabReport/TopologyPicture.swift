import NetlabModel

/// Draws a lab's nodes and links in text.
public enum TopologyPicture {
    /// A row of boxes if the links are cables that form a chain which fits the width; otherwise a list of nodes and of
    /// links with their ends.
    ///
    /// - Parameters:
    ///   - state: what to draw.
    ///   - first: the node to begin with, if the chain has it at one of its ends.
    ///   - impaired: names of links that are impaired now or in a later phase; they are drawn with a broken line.
    public static func lines(
        _ state: LabState, first: String? = nil, impaired: Set<String> = [], width: Int = 100
    ) -> [StyledText] {
        let impaired = impaired.union(state.links.filter { !$0.impairments.isEmpty }.map(\.name))
        if let chain = Chain(state, first: first) {
            let boxes = chain.nodes.map { NodeBox($0, chain: chain) }
            let cables = chain.links.map { cable($0, isImpaired: impaired.contains($0.name)) }
            let total = boxes.reduce(2) { $0 + $1.width } + cables.reduce(0) { $0 + $1.width }
            if total <= width { return row(boxes, cables) + impairmentLines(state) }
        }
        return list(state, impaired) + impairmentLines(state)
    }

    /// `╌╌ wire ╌╌`, or a plain line for a cable without a tale.
    private static func cable(_ link: Link, isImpaired: Bool) -> StyledText {
        guard isImpaired else { return StyledText(String(repeating: "─", count: 12), .faint) }
        return StyledText("╌╌╌ ", .doubtful) + StyledText(link.name, .name) + StyledText(" ╌╌╌", .doubtful)
    }

    private static func row(_ boxes: [NodeBox], _ cables: [StyledText]) -> [StyledText] {
        let height = boxes.map(\.rows.count).max() ?? 0
        return (0..<height).map { level in
            var line: StyledText = "  "
            for (index, box) in boxes.enumerated() {
                line += level < box.rows.count ? box.rows[level] : StyledText("").padded(to: box.width)
                guard index < cables.count else { continue }
                line += level == 1 ? cables[index] : StyledText("").padded(to: cables[index].width)
            }
            return line
        }
    }

    private static func impairmentLines(_ state: LabState) -> [StyledText] {
        state.links.flatMap { link in
            link.impairments.map { "  " + StyledText(link.name, .name) + StyledText("  \($0.text)") }
        }
    }

    private static func list(_ state: LabState, _ impaired: Set<String>) -> [StyledText] {
        var lines: [StyledText] = []
        for link in state.links {
            let kind = link.ends.count == 2 ? "cable" : "switch"
            let note = impaired.contains(link.name) ? StyledText(", impaired", .doubtful) : StyledText()
            lines.append("  " + StyledText(link.name, .strong) + StyledText(" (\(kind)", .faint) + note + ")")
            let names = link.ends.map(\.description)
            let longest = names.map(\.columns).max() ?? 0
            for (index, end) in link.ends.enumerated() {
                let branch = index == link.ends.count - 1 ? "└─ " : "├─ "
                let facts = state.interface(end).map(InterfaceText.facts) ?? []
                lines.append(
                    StyledText("   \(branch)", .faint)
                        + StyledText(names[index], .name).padded(to: longest + 2)
                        + StyledText(facts.joined(separator: ", ")))
            }
        }
        let linked = Set(state.links.flatMap(\.ends))
        for node in state.nodes {
            for interface in node.interfaces
            where !linked.contains(InterfaceID(node: node.name, interface: interface.name)) {
                lines.append(
                    "  " + StyledText("\(node.name)/\(interface.name)", .name)
                        + StyledText("  " + InterfaceText.facts(interface).joined(separator: ", ")))
            }
            if node.interfaces.isEmpty { lines.append("  " + StyledText(node.name, .strong)) }
        }
        return lines
    }
}

/// What is worth telling about an interface.
enum InterfaceText {
    static func facts(_ interface: Interface) -> [String] {
        var facts = interface.addresses.map(\.description)
        if interface.mtu != 1500 { facts.append("mtu \(interface.mtu)") }
        if !interface.isUp { facts.append("down") }
        return facts
    }
}

/// Nodes in a row, each joined to the next by one cable.
private struct Chain {
    var nodes: [Node] = []
    var links: [Link] = []

    init?(_ state: LabState, first: String?) {
        guard state.nodes.count >= 2, state.links.count == state.nodes.count - 1 else { return nil }
        var open = state.links
        let ends = state.nodes.filter { node in
            open.count { link in link.ends.contains { $0.node == node.name } } == 1
        }
        guard ends.count == 2, let start = ends.first(where: { $0.name == first }) ?? ends.first else {
            return nil
        }
        nodes = [start]
        while let last = nodes.last,
            let index = open.firstIndex(where: { $0.ends.contains { $0.node == last.name } })
        {
            let link = open.remove(at: index)
            guard link.ends.count == 2, let next = link.ends.first(where: { $0.node != last.name }),
                let node = state.node(next.node)
            else { return nil }
            links.append(link)
            nodes.append(node)
        }
        guard nodes.count == state.nodes.count else { return nil }
    }

    /// The interface by which a node is joined to its left and to its right neighbour.
    func interfaces(of node: Node) -> (left: Interface?, right: Interface?) {
        guard let index = nodes.firstIndex(where: { $0.name == node.name }) else { return (nil, nil) }
        func interface(_ link: Link) -> Interface? {
            let end = link.ends.first { $0.node == node.name }
            return node.interfaces.first { $0.name == end?.interface }
        }
        return (
            index > 0 ? interface(links[index - 1]) : nil, index < links.count ? interface(links[index]) : nil
        )
    }
}

/// A node as a box: its name in the upper edge, the linked interfaces in the first row, their addresses below.
private struct NodeBox {
    var rows: [StyledText] = []
    var width: Int

    init(_ node: Node, chain: Chain) {
        let (left, right) = chain.interfaces(of: node)
        let others = node.interfaces.filter { $0.name != left?.name && $0.name != right?.name }
        let leftTexts = left.map { [$0.name] + InterfaceText.facts($0) } ?? []
        let rightTexts = right.map { [$0.name] + InterfaceText.facts($0) } ?? []
        let leftWidth = leftTexts.map(\.columns).max() ?? 0
        let rightWidth = rightTexts.map(\.columns).max() ?? 0
        let gap = left != nil && right != nil ? 3 : 0
        let otherTexts = others.map { ([$0.name] + InterfaceText.facts($0)).joined(separator: " ") }
        let inner = max(
            leftWidth + gap + rightWidth, otherTexts.map(\.columns).max() ?? 0, node.name.columns + 2)

        rows.append(
            StyledText("┌─ ", .faint) + StyledText(node.name, .strong)
                + StyledText(" " + String(repeating: "─", count: inner - node.name.columns - 1) + "┐", .faint)
        )
        for level in 0..<max(leftTexts.count, rightTexts.count, 1) {
            let ink: Ink = level == 0 ? .name : .plain
            let first = StyledText(level < leftTexts.count ? leftTexts[level] : "", ink)
            let second = StyledText(level < rightTexts.count ? rightTexts[level] : "", ink)
            let padding = inner - first.width - second.width
            // An interface stands at the side where its cable is.
            let text = first + StyledText(String(repeating: " ", count: max(0, padding))) + second
            let edges =
                level > 0 ? ("│ ", " │") : (left == nil ? "│ " : "┤ ", right == nil ? " │" : " ├")
            rows.append(StyledText(edges.0, .faint) + text + StyledText(edges.1, .faint))
        }
        for text in otherTexts {
            rows.append(
                StyledText("│ ", .faint) + StyledText(text).padded(to: inner) + StyledText(" │", .faint))
        }
        rows.append(StyledText("└" + String(repeating: "─", count: inner + 2) + "┘", .faint))
        width = inner + 4
    }
}
