import FoundationEssentials

/// The files of `Sources`, read once.
struct SourceTree: Sendable {
    struct File: Sendable {
        /// Relative to `Sources`: `NetlabModel/Units.swift`.
        var path: String
        var text: String
        /// The same, cut into words and signs.
        var code: SourceText

        var room: String { String(path.prefix { $0 != "/" }) }
        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var isSwift: Bool { path.hasSuffix(".swift") }
    }

    var files: [File] = []

    static let sources = SourceTree()

    var swift: [File] { files.filter(\.isSwift) }
    var rooms: Set<String> { Set(files.map(\.room)) }

    /// Text that a tool has written, which no person reads line by line.
    private static let generated: Set = ["drops.lskel.h", "skel_internal.h"]

    init() {
        let here = URL(filePath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let sources = root.appending(path: "Sources").path
        guard let paths = try? FileManager.default.subpathsOfDirectory(atPath: sources) else { return }
        for path in paths.sorted() {
            let ending = path.split(separator: ".").last.map(String.init) ?? ""
            guard ["swift", "c", "h"].contains(ending),
                let bytes = FileManager.default.contents(atPath: "\(sources)/\(path)")
            else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            let file = File(path: path, text: text, code: SourceText(text))
            if !Self.generated.contains(file.name) { files.append(file) }
        }
    }
}
