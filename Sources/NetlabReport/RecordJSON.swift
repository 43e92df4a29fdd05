import FoundationEssentials
import NetlabModel

/// Records, verdicts and proofs as JSON. This is the only file of the pure rooms that needs more than the standard
/// library, and it takes nothing from it but the encoder and the decoder.
public enum RecordJSON {
    /// Indented, keys in order, so that two records can be compared line by line.
    public static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// On one line, for streams of many values.
    public static func encodeLine(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// Reads a saved record.
    ///
    /// - Throws: `RecordError` with the place in the record and the cure.
    public static func record(from bytes: [UInt8]) throws(RecordError) -> RunRecord {
        let decoder = JSONDecoder()
        let data = Data(bytes)
        if let format = try? decoder.decode(FormatOnly.self, from: data).format,
            format != RunRecord.currentFormat
        {
            throw RecordError(
                problem:
                    "the record has format \(format), this netlab reads format \(RunRecord.currentFormat)",
                hint: "judge it with the netlab that made it")
        }
        do {
            return try decoder.decode(RunRecord.self, from: data)
        } catch let error as DecodingError {
            throw RecordError(decoding: error)
        } catch {
            throw RecordError(problem: "\(error)", hint: RecordError.usualHint)
        }
    }

    /// Reads a saved matrix of scenarios against kernels.
    ///
    /// - Throws: `RecordError` with the place in the document.
    public static func matrix(from bytes: [UInt8]) throws(RecordError) -> KernelMatrix {
        do {
            return try JSONDecoder().decode(KernelMatrix.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw RecordError(decoding: error)
        } catch {
            throw RecordError(problem: "\(error)", hint: RecordError.usualHint)
        }
    }

    private struct FormatOnly: Decodable {
        var format: Int
    }
}

/// A file that is not a record of a run.
public struct RecordError: Error, Hashable, Sendable, CustomStringConvertible {
    public var problem: String
    public var hint: String

    static let usualHint = "give a record that netlab run has saved"

    init(problem: String, hint: String) {
        self.problem = problem
        self.hint = hint
    }

    init(decoding error: DecodingError) {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            let text = keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
            return text.isEmpty ? "the record" : text.replacing(".[", with: "[")
        }
        func words(for type: any Any.Type) -> String {
            let name = "\(type)"
            if name.hasPrefix("Dictionary") { return "an object" }
            if name.hasPrefix("Array") { return "a list" }
            if name.hasPrefix("Int") || name.hasPrefix("UInt") { return "a whole number" }
            return name == "String" ? "a text" : "of type \(name)"
        }
        switch error {
        case .keyNotFound(let key, let context): problem = "\(path(context, key)) is missing"
        case .typeMismatch(let type, let context): problem = "\(path(context)) is not \(words(for: type))"
        case .valueNotFound(_, let context): problem = "\(path(context)) is null"
        case .dataCorrupted(let context):
            problem =
                context.codingPath.isEmpty
                ? "this is not JSON" : "\(path(context)): \(context.debugDescription)"
        @unknown default: problem = "\(error)"
        }
        hint = Self.usualHint
    }

    public var description: String { "\(problem); \(hint)" }
}
