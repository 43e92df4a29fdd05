// swift-tools-version: 6.2
import PackageDescription

// Arrows point down only: a target may depend on those listed after it, never on one above it, and
// the siblings Lab, Traffic and Probe never on one another. Tests/ArchitectureTests keeps this true.

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let strictC: [CSetting] = [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

let package = Package(
    name: "netlab",
    products: [.executable(name: "netlab", targets: ["netlab"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // The command.
        .executableTarget(
            name: "netlab",
            dependencies: [
                "CNetlab", "NetlabRunner", "NetlabVM", "NetlabReport", "NetlabVerdict", "NetlabScenario",
                "NetlabCatalogue",
                "NetlabExplain", "NetlabModel", "NetlabTraffic", "LinuxSystem",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ], swiftSettings: strict),

        // Hands on the kernel.
        .target(
            name: "NetlabRunner",
            dependencies: [
                "NetlabLab", "NetlabTraffic", "NetlabProbe", "NetlabScenario", "NetlabModel", "LinuxSystem",
            ],
            swiftSettings: strict),
        .target(
            name: "NetlabVM", dependencies: ["NetlabModel", "LinuxSystem", "CNetlab"], swiftSettings: strict),
        .target(
            name: "NetlabLab", dependencies: ["NetlabWire", "NetlabModel", "Netlink", "LinuxSystem"],
            swiftSettings: strict),
        .target(
            name: "NetlabTraffic",
            dependencies: [
                "NetlabModel", "Netlink", "LinuxSystem", "CNetlab",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ], swiftSettings: strict),
        .target(
            name: "NetlabProbe",
            dependencies: ["NetlabModel", "Netlink", "LinuxSystem", "CDrops", "CNetlab"],
            swiftSettings: strict),

        // Pure: no Glibc, no clock, no environment, no file system.
        .target(
            name: "NetlabScenario", dependencies: ["NetlabModel", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        .target(
            name: "NetlabVerdict", dependencies: ["NetlabExplain", "NetlabModel"], swiftSettings: strict),
        .target(name: "NetlabExplain", dependencies: ["NetlabModel"], swiftSettings: strict),
        .target(name: "NetlabReport", dependencies: ["NetlabModel"], swiftSettings: strict),
        .target(
            name: "NetlabCatalogue", swiftSettings: strict, plugins: ["EmbedScenarios"]),

        .target(
            name: "NetlabWire", dependencies: ["NetlabModel", "LinuxSystem", "CNetlab"], swiftSettings: strict
        ),
        .target(name: "NetlabModel", swiftSettings: strict),

        // Never say "scenario", "phase" or "lab": each could be a package of its own.
        .target(name: "Netlink", dependencies: ["CMnl", "CNetlab", "LinuxSystem"], swiftSettings: strict),
        .target(name: "LinuxSystem", dependencies: ["CNetlab", "CNftables"], swiftSettings: strict),
        .target(name: "CNetlab", cSettings: strictC),
        // The BPF program's source is compiled by bpf/regenerate; the build takes the generated header.
        .target(
            name: "CDrops", exclude: ["bpf/drops.bpf.c", "bpf/regenerate"],
            cSettings: strictC + [.headerSearchPath(".")]),
        .systemLibrary(name: "CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),
        .systemLibrary(name: "CNftables", pkgConfig: "libnftables", providers: [.apt(["libnftables-dev"])]),

        // The catalogue is compiled into the binary, so that one file can be copied elsewhere.
        .executableTarget(name: "embed-scenarios", swiftSettings: strict),
        .plugin(name: "EmbedScenarios", capability: .buildTool(), dependencies: ["embed-scenarios"]),

        // Side by side with what people use today; see Benchmarks/README.md.
        .executableTarget(
            name: "lab-benchmark",
            dependencies: ["NetlabLab", "NetlabModel", "NetlabProbe", "Netlink", "LinuxSystem"],
            path: "Benchmarks/lab-benchmark", swiftSettings: strict),
        .executableTarget(
            name: "traffic-benchmark",
            dependencies: ["NetlabTraffic", "NetlabModel", "Netlink", "LinuxSystem"],
            path: "Benchmarks/traffic-benchmark", swiftSettings: strict),
        .executableTarget(
            name: "wire-benchmark",
            dependencies: ["NetlabLab", "NetlabWire", "NetlabModel", "Netlink", "LinuxSystem"],
            path: "Benchmarks/wire-benchmark", swiftSettings: strict),

        .target(
            name: "KernelTestSupport", dependencies: ["LinuxSystem"], path: "Tests/KernelTestSupport",
            swiftSettings: strict),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .executableTarget(
            name: "system-probe", dependencies: ["LinuxSystem"], path: "Tests/SystemProbe",
            swiftSettings: strict),
        .testTarget(
            name: "LinuxSystemTests", dependencies: ["LinuxSystem", "KernelTestSupport", "system-probe"],
            swiftSettings: strict),
        .testTarget(
            name: "NetlinkTests", dependencies: ["Netlink", "CMnl", "LinuxSystem", "KernelTestSupport"],
            swiftSettings: strict),
        .testTarget(name: "NetlabModelTests", dependencies: ["NetlabModel"], swiftSettings: strict),
        .testTarget(
            name: "NetlabScenarioTests", dependencies: ["NetlabScenario", "NetlabModel"],
            swiftSettings: strict),
        .testTarget(
            name: "NetlabVerdictTests", dependencies: ["NetlabVerdict", "NetlabModel"], swiftSettings: strict),
        .testTarget(
            name: "NetlabExplainTests",
            dependencies: [
                "NetlabExplain", "NetlabModel", "NetlabProbe", "Netlink", "LinuxSystem", "KernelTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "NetlabReportTests", dependencies: ["NetlabReport", "NetlabVerdict", "NetlabModel"],
            swiftSettings: strict),
        .testTarget(
            name: "NetlabWireTests",
            dependencies: ["NetlabWire", "NetlabModel", "LinuxSystem", "Netlink", "KernelTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "NetlabTrafficTests",
            dependencies: ["NetlabTraffic", "NetlabModel", "LinuxSystem", "Netlink", "KernelTestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "NetlabProbeTests",
            dependencies: [
                "NetlabProbe", "NetlabModel", "LinuxSystem", "Netlink", "CDrops", "KernelTestSupport",
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "NetlabVMTests",
            dependencies: [
                "NetlabVM", "NetlabScenario", "NetlabModel", "LinuxSystem", "KernelTestSupport", "vm-guest",
            ],
            swiftSettings: strict),
        // The first process of the machines that those tests boot.
        .executableTarget(
            name: "vm-guest", dependencies: ["NetlabVM", "NetlabModel", "LinuxSystem"], path: "Tests/VMGuest",
            swiftSettings: strict),
        .testTarget(
            name: "NetlabLabTests",
            dependencies: [
                "NetlabLab", "NetlabModel", "NetlabScenario", "LinuxSystem", "Netlink", "KernelTestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PlanScriptTests",
            dependencies: [
                "NetlabRunner", "NetlabLab", "NetlabReport", "NetlabScenario", "NetlabCatalogue",
                "NetlabModel",
                "LinuxSystem", "KernelTestSupport",
            ], swiftSettings: strict),
        .testTarget(
            name: "NetlabRunnerTests",
            dependencies: [
                "NetlabRunner", "NetlabReport", "NetlabVerdict", "NetlabScenario", "NetlabCatalogue",
                "NetlabModel", "NetlabProbe", "Netlink",
                "LinuxSystem", "KernelTestSupport",
            ], exclude: ["Fixtures"], swiftSettings: strict),
        // netlab itself, with runs in virtual machines.
        .testTarget(
            name: "OtherKernelTests",
            dependencies: [
                "NetlabRunner", "NetlabVM", "NetlabReport", "NetlabScenario", "NetlabCatalogue",
                "NetlabModel",
                "LinuxSystem", "KernelTestSupport",
            ], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
