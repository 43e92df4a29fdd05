import NetlabModel
import Testing

@Suite("Ranges of kernels")
struct KernelRangeTests {
    @Test(arguments: [
        (">= 6.4", "6.4.0", true), (">= 6.4", "6.3.9", false), (">= 6.4", "6.18.44", true),
        (">= 6.10", "6.9", false),
        ("< 4.12", "4.11.99", true), ("< 4.12", "4.12.0-rc1", false),
        (">= 5.10 < 6.12", "6.1.0-56-cloud-amd64", true),
        (">= 5.10 < 6.12", "6.12.117+deb12-cloud-amd64", false), (">= 6.1.5", "6.1.4", false),
        (">= 6", "6.0", true),
    ])
    func boundsAreComparedByNumbers(range: String, release: String, isInside: Bool) throws {
        #expect(try #require(KernelRange(range)).contains(release) == isInside)
    }

    @Test(arguments: ["", "6.4", ">= ", "> 6.4", ">= 6.x", ">= 6.4 >= 6.5", "< 1.2.3.4", ">="])
    func otherTextsAreNoRanges(text: String) {
        #expect(KernelRange(text) == nil)
    }

    @Test func releaseWithoutNumbersIsNeitherInsideNorOutside() throws {
        #expect(try #require(KernelRange(">= 6.4")).contains("unknown") == nil)
    }

    @Test(arguments: [">= 6.4", "< 4.12", ">= 5.10 < 6.12"])
    func rangeIsPrintedAsItIsWritten(text: String) throws {
        #expect(try #require(KernelRange(text)).description == text)
    }
}
