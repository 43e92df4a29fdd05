/// An element of an XML document, read strictly: enough of XML 1.0 to check what the reports write.
struct XMLTree {
    var name: String
    var attributes: [String: String] = [:]
    var children: [XMLTree] = []
    var text = ""

    struct Malformed: Error {
        var what: String
    }

    init(name: String) { self.name = name }

    /// Reads a document with one root element.
    init(document: String) throws {
        let header = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        guard document.hasPrefix(header) else { throw Malformed(what: "no XML declaration") }
        var stack = [XMLTree(name: "")]
        var rest = document.dropFirst(header.count)
        while let mark = rest.firstIndex(of: "<") {
            stack[stack.count - 1].text += try Self.unescaped(rest[..<mark])
            guard let end = rest.firstIndex(of: ">") else { throw Malformed(what: "a tag without its end") }
            let tag = rest[rest.index(after: mark)..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                let element = stack.removeLast()
                guard element.name == tag.dropFirst(), !stack.isEmpty else {
                    throw Malformed(what: "</\(tag.dropFirst())> closes <\(element.name)>")
                }
                stack[stack.count - 1].children.append(element)
            } else {
                let isEmpty = tag.hasSuffix("/")
                let element = try Self.opening(isEmpty ? tag.dropLast() : tag)
                if isEmpty {
                    stack[stack.count - 1].children.append(element)
                } else {
                    stack.append(element)
                }
            }
        }
        guard stack.count == 1, let root = stack[0].children.first, stack[0].children.count == 1 else {
            throw Malformed(what: "not one root element")
        }
        self = root
    }

    private static func opening(_ tag: Substring) throws -> XMLTree {
        let name = tag.prefix { $0 != " " }
        var element = XMLTree(name: String(name))
        for match in tag.dropFirst(name.count).matches(of: /\s+([A-Za-z][\w.-]*)="([^"<]*)"/) {
            let key = String(match.output.1)
            guard element.attributes[key] == nil else { throw Malformed(what: "\(key) twice") }
            element.attributes[key] = try unescaped(match.output.2)
        }
        let length = tag.dropFirst(name.count).replacing(/\s+([A-Za-z][\w.-]*)="([^"<]*)"/, with: "").count
        guard length == 0 else { throw Malformed(what: "not attributes: \(tag)") }
        return element
    }

    private static func unescaped(_ text: Substring) throws -> String {
        var result = ""
        var rest = text
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            guard let end = rest[mark...].firstIndex(of: ";") else { throw Malformed(what: "a bare &") }
            let entities = [
                "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#10": "\n", "#9": "\t",
            ]
            guard let value = entities[String(rest[rest.index(after: mark)..<end])] else {
                throw Malformed(what: "an unknown entity")
            }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
