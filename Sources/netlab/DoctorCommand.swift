import ArgumentParser
import NetlabCatalogue
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVM

extension Netlab {
    /// `netlab doctor`
    struct Doctor: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell what this kernel, container and user can do, what is missing and how to get it.")

        func run() async throws {
            let abilities = NetlabRunner.Doctor.examine() + [await Self.virtualMachines()]
            var runnable: [String] = []
            var blocked: [(name: String, missing: [MissingNeed])] = []
            for (name, text) in Catalogue.scenarios {
                let source = ScenarioSource(name: name, path: "builtin:\(name)", text: text)
                guard let plan = ScenarioParser.parse(source).plan else { continue }
                let missing = Preflight(options: Execution.options(Allowed(), isBuiltIn: true)).missing(
                    for: plan)
                if missing.isEmpty { runnable.append(name) } else { blocked.append((name, missing)) }
            }
            Terminal.say(
                DoctorText.render(abilities, runnable: runnable, blocked: blocked, style: Output.style))
        }

        /// Whether scenarios can run on other kernels, and how. Where /dev/kvm is there, it is tried, once.
        private static func virtualMachines() async -> Ability {
            let name = "virtual machines"
            let purpose = "other kernels (--kernel), virtual time (--virtual-time)"
            func unavailable(_ detail: String, cure: String) -> Ability {
                Ability(name: name, isAvailable: false, detail: detail, cure: cure, purpose: purpose)
            }
            do {
                let emulator = try await Emulator.find()
                guard let newest = MachineOptions.newest() else {
                    return unavailable(
                        "QEMU \(emulator.version) is there, and the cache has no kernel",
                        cure: "netlab kernel fetch \(MachineOptions.usualKernel)")
                }
                let choice = await Acceleration.choose(
                    emulator, kernel: try await KernelCache.standard.image(for: newest.name))
                let kernels = KernelCache.standard.kernels().map(\.name).joined(separator: ", ")
                let reason = choice.reason.isEmpty ? "" : " (\(choice.reason))"
                return Ability(
                    name: name, isAvailable: true,
                    detail:
                        "QEMU \(emulator.version) by \(choice.acceleration.rawValue)\(reason); kernels: \(kernels)",
                    purpose: purpose)
            } catch EmulatorError.missing {
                return unavailable(
                    "QEMU is not installed", cure: "apt-get install --no-install-recommends qemu-system-x86")
            } catch {
                return unavailable("\(error)", cure: "")
            }
        }
    }
}
