import Testing

/// The house rules of docs/architecture.md, read off the sources.
@Suite("Rooms")
struct RoomTests {
    /// What each room may import. Arrows point down only; Lab, Traffic and Probe do not know one another.
    static let allowed: [String: Set<String>] = [
        "netlab": [
            "ArgumentParser", "CNetlab", "Glibc", "LinuxSystem", "NetlabCatalogue", "NetlabExplain",
            "NetlabModel",
            "NetlabReport",
            "NetlabRunner", "NetlabScenario", "NetlabTraffic", "NetlabVM", "NetlabVerdict", "Synchronization",
        ],
        "NetlabRunner": [
            "Glibc", "LinuxSystem", "NetlabLab", "NetlabModel", "NetlabProbe", "NetlabScenario",
            "NetlabTraffic",
            "Synchronization",
        ],
        "NetlabVM": ["CNetlab", "Glibc", "LinuxSystem", "NetlabModel", "Synchronization"],
        "NetlabLab": ["Glibc", "LinuxSystem", "NetlabModel", "NetlabWire", "Netlink", "Synchronization"],
        "NetlabTraffic": [
            "CNetlab", "Glibc", "Histogram", "LinuxSystem", "NetlabModel", "Netlink", "Synchronization",
        ],
        "NetlabProbe": [
            "CDrops", "CNetlab", "Glibc", "LinuxSystem", "NetlabModel", "Netlink", "Synchronization",
        ],
        "NetlabWire": ["CNetlab", "Glibc", "LinuxSystem", "NetlabModel", "Synchronization"],
        "NetlabScenario": ["NetlabModel", "Yams"],
        "NetlabVerdict": ["NetlabExplain", "NetlabModel"],
        "NetlabExplain": ["NetlabModel"],
        "NetlabReport": ["FoundationEssentials", "NetlabModel"],
        "NetlabCatalogue": [],
        "NetlabModel": [],
        "Netlink": ["CMnl", "CNetlab", "Glibc", "LinuxSystem", "Synchronization"],
        "LinuxSystem": ["CNetlab", "CNftables", "Glibc", "Synchronization"],
        "embed-scenarios": ["Foundation", "FoundationEssentials"],
        "CDrops": [], "CMnl": [], "CNetlab": [], "CNftables": [],
    ]

    static let pure: Set = [
        "NetlabModel", "NetlabScenario", "NetlabVerdict", "NetlabReport", "NetlabCatalogue", "NetlabExplain",
    ]

    @Test func sourcesWereFound() {
        #expect(SourceTree.sources.files.count > 100)
        #expect(SourceTree.sources.rooms.isSuperset(of: Self.pure))
    }

    @Test func everyRoomIsKnown() {
        #expect(SourceTree.sources.rooms.subtracting(Self.allowed.keys).isEmpty)
    }

    @Test func roomsImportOnlyWhatLiesBelow() {
        for file in SourceTree.sources.swift {
            let strangers = Set(file.code.imports).subtracting(Self.allowed[file.room] ?? [])
            #expect(strangers.isEmpty, "\(file.path) imports \(strangers.sorted())")
        }
    }

    @Test func arrowsPointOneWay() {
        // Follows the allowed imports: nobody may come back to where it began.
        func reached(from room: String, _ seen: Set<String> = []) -> Set<String> {
            (Self.allowed[room] ?? []).reduce(into: seen) { all, next in
                if all.insert(next).inserted { all = reached(from: next, all) }
            }
        }
        for room in Self.allowed.keys { #expect(!reached(from: room).contains(room)) }
        for sibling in ["NetlabLab", "NetlabTraffic", "NetlabProbe"] {
            let others = reached(from: sibling).intersection(["NetlabLab", "NetlabTraffic", "NetlabProbe"])
            #expect(others.isEmpty)
        }
    }

    @Test func onlyTheRunnerSeesAllThreeHands() {
        for room in SourceTree.sources.rooms where room != "NetlabRunner" {
            let seen = SourceTree.sources.swift.filter { $0.room == room }.flatMap {
                $0.code.imports
            }
            #expect(!Set(seen).isSuperset(of: ["NetlabLab", "NetlabTraffic", "NetlabProbe"]), "\(room)")
        }
    }

    @Test func oneFileOfThePureRoomsNeedsFoundation() {
        let files = SourceTree.sources.swift.filter { file in
            Self.pure.contains(file.room)
                && file.code.imports.contains { $0.hasPrefix("Foundation") }
        }
        #expect(files.map(\.path) == ["NetlabReport/RecordJSON.swift"])
    }

    @Test(arguments: [
        "ContinuousClock", "SuspendingClock", "FileManager", "ProcessInfo", "CommandLine", "Date", "getenv",
        "print",
        "readLine", "URL",
    ])
    func pureRoomsHaveNoClockNoEnvironmentAndNoFiles(name: String) {
        for file in SourceTree.sources.swift where Self.pure.contains(file.room) {
            #expect(!file.code.uses(name), "\(file.path) uses \(name)")
        }
    }

    @Test func namespacesAreEnteredInOnePlace() {
        let inC = SourceTree.sources.files.filter { file in
            file.path.hasSuffix(".c")
                && ["setns", "unshare"].contains { file.code.calls($0) }
        }
        // A child process enters its namespace between vfork and exec, and a process without root its user namespace before
        // it has a second thread; neither touches a thread of the program.
        #expect(inC.map(\.path) == ["CNetlab/namespace.c", "CNetlab/process.c", "CNetlab/user_namespace.c"])
        let inSwift = SourceTree.sources.swift.filter { file in
            ["setns", "unshare", "cnetlab_setns_net", "cnetlab_unshare_net"].contains {
                file.code.calls($0)
            }
        }
        #expect(inSwift.map(\.path) == ["LinuxSystem/NetworkNamespace.swift"])
    }

    @Test(arguments: [
        ("CMnl", "Netlink/"), ("CNftables", "LinuxSystem/Nftables.swift"), ("CDrops", "NetlabProbe/"),
    ])
    func foreignLibraryHasOneUser(module: String, place: String) {
        let users = SourceTree.sources.swift.filter { $0.code.imports.contains(module) }
        #expect(!users.isEmpty)
        for file in users { #expect(file.path.hasPrefix(place), "\(file.path) imports \(module)") }
    }

    @Test func noSwitchOverImpairmentsHasADefault() {
        for file in SourceTree.sources.swift {
            #expect(!file.code.hidesImpairments, "\(file.path) hides impairments behind a default")
        }
    }
}

@Suite("Files")
struct FileTests {
    @Test func noFileIsLongerThan600Lines() {
        for file in SourceTree.sources.files {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
            #expect(lines <= 600, "\(file.path) has \(lines) lines")
            if lines > 400 { print("note: \(file.path) has \(lines) lines; above 400 it should be divided") }
        }
    }

    @Test func noTypeBearsAModulesName() {
        let modules = SourceTree.sources.rooms.union(["Yams", "ArgumentParser", "Histogram", "Testing"])
        for file in SourceTree.sources.swift {
            let clashes = modules.intersection(file.code.declaredTypes)
            #expect(clashes.isEmpty, "\(file.path) declares \(clashes.sorted())")
        }
    }

    @Test(arguments: ["Utils", "Util", "Common", "Helpers", "Helper", "Misc", "Extensions", "Base", "Core"])
    func noDrawerForOddments(name: String) {
        for file in SourceTree.sources.files {
            let parts = file.path.split(separator: "/").map { $0.prefix { $0 != "." }.lowercased() }
            #expect(!parts.contains(name.lowercased()), "\(file.path)")
        }
    }

    @Test func nothingIsPutOffAndNothingIsForced() {
        for file in SourceTree.sources.files {
            for word in ["TODO", "FIXME", "XXX"] {
                #expect(
                    !file.text.split { !$0.isLetter }.contains(Substring(word)), "\(file.path) says \(word)")
            }
            for word in ["try!", "as!"] {
                #expect(!file.code.tokens.contains(word), "\(file.path) has \(word)")
            }
        }
    }
}

/// The rules above stand on these readings of a text.
@Suite("Reading sources")
struct SourceTextTests {
    @Test(arguments: [
        ("import Glibc", ["Glibc"]), ("  @preconcurrency import Yams", ["Yams"]),
        ("public import struct Foundation.URL", ["Foundation"]),
        ("@testable import NetlabLab\nimport CMnl", ["NetlabLab", "CMnl"]),
        ("// import Glibc", []), ("let important = 1", []),
    ])
    func importsAreFound(text: String, modules: [String]) {
        #expect(SourceText(text).imports == modules)
    }

    @Test func commentsAndTextAreNoCode() {
        let text =
            #"call(1) // setns(2)"# + "\n/* unshare(3) */ say(\"setns(4) \\\" \") + \"\"\"\nsetns(5)\n\"\"\""
        #expect(SourceText(text).tokens == ["call", "(", "1", ")", "say", "(", ")", "+"])
        #expect(!SourceText(text).calls("setns"))
        #expect(SourceText("if (setns (fd, 0) != 0) {}").calls("setns"))
        #expect(!SourceText("cnetlab_setns(fd)").calls("setns"))
    }

    @Test func namesOfMembersAndLabelsAreNotUses() {
        #expect(SourceText("let a = Date()").uses("Date"))
        #expect(!SourceText("let a = x.Date; f(Date: 1)").uses("Date"))
    }

    @Test func forcingIsToldFromNegation() {
        #expect(SourceText("try! f(); x as! Y").tokens.filter { $0.hasSuffix("!") } == ["try!", "as!"])
        #expect(!SourceText("try !f(); if x as Bool != y {}").tokens.contains { $0 == "try!" || $0 == "as!" })
    }

    @Test func typesAreFoundAtAnyDepth() {
        #expect(
            SourceText("public enum Lab { struct Netlink {} }\nfinal class Wire<T>: X {}\n// struct No {}")
                .declaredTypes
                == ["Lab", "Netlink", "Wire"])
    }

    @Test func defaultOverImpairmentsIsFound() {
        let hiding = "switch impairment { case .loss, .delay, .rate: 1; case .limit(let n): n\n default: 0 }"
        #expect(SourceText(hiding).hidesImpairments)
        let honest = "switch impairment { case .loss, .delay, .rate, .limit: switch x { default: 0 } }"
        #expect(!SourceText(honest).hidesImpairments)
    }
}
