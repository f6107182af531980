package io.edgeai.samples.cli;

import io.edgeai.EdgeAI;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.serving.BatchProfile;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.validation.GateResult;
import io.edgeai.core.validation.GoldenSample;
import io.edgeai.core.validation.GraphLimits;
import io.edgeai.core.validation.TrialLimits;
import io.edgeai.core.validation.ValidationGate;
import io.edgeai.core.validation.ValidationGates;
import io.edgeai.core.validation.ValidationReport;
import io.edgeai.samples.data.DataLimits;
import io.edgeai.samples.data.NpzFile;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs gates on a version and records their verdict. */
@Command(description = "Run gates on a version; exit 1 where it is rejected.")
final class RegistryValidate extends RegistryTool {
    @Parameters(paramLabel = "REF", description = "NAME@NUMBER.")
    private String ref = "";

    @Option(names = "--first-load", description = "Open and run it in a child process.")
    private boolean firstLoad;

    @Option(names = "--latency", paramLabel = "MILLIS", description = "95 of 100 runs within this, here.")
    private @Nullable Double latency;

    @Option(names = "--memory", paramLabel = "MB", description = "A process that runs it stays below this, here.")
    private @Nullable Integer memory;

    @Option(
            names = "--batches",
            description = "Measure here, where it passes, what batches of 2 to 64 save, and keep it.")
    private boolean batches;

    @Option(names = "--signed-by", paramLabel = "KEY.pub.pem", description = "One of these keys signed it.")
    private List<Path> keys = new ArrayList<>();

    @Option(
            names = "--golden",
            paramLabel = "IN.npz=OUT.npz",
            description = "These inputs get these answers, arrays by name; repeatable.")
    private Map<Path, Path> golden = new LinkedHashMap<>();

    @Option(
            names = "--tolerance",
            paramLabel = "D",
            description = "Greatest |a - b| / max(1, |b|) from a golden answer (default: 0.0001).")
    private double tolerance = 1e-4;

    @Option(
            names = "--fidelity",
            paramLabel = "D",
            description = "It answers as its parent version does to each --sample, within this distance.")
    private @Nullable Double fidelity;

    @Option(names = "--sample", paramLabel = "IN.npz", description = "Inputs for --fidelity and --latency; repeatable.")
    private List<Path> samples = new ArrayList<>();

    @Option(names = "--seconds", paramLabel = "S", description = "Longest trial in a child process (default: 8).")
    private int seconds = (int) TrialLimits.defaults().time().toSeconds();

    @Option(names = "--nodes", paramLabel = "N", description = "Most nodes of its graph (default: 50000).")
    private int nodes = GraphLimits.defaults().nodes();

    @Option(names = "--chain", paramLabel = "N", description = "Most nodes one after the other (default: 10000).")
    private int chain = GraphLimits.defaults().chain();

    @Option(names = "--in-process", description = "Trust it: load it in this process where no other can be started.")
    private boolean inProcess;

    RegistryValidate(Terminal terminal) {
        super(terminal, false);
    }

    /** The answer of {@code --json}. */
    record Answer(VersionView version, boolean passed, List<GateResult> gates, String batching) {}

    @Override
    void check() {
        if (fidelity != null && samples.isEmpty()) {
            throw new InvalidInputException("There is no sample to compare by. Maybe --sample IN.npz.");
        }
        if (fidelity != null && !(fidelity >= 0) || !(tolerance >= 0)) {
            throw new InvalidInputException(
                    "A distance (" + (fidelity == null ? tolerance : fidelity) + ") is not 0 or more. Maybe 0.0001.");
        }
    }

    @Override
    int call(EdgeModelRegistry registry) {
        ModelVersion version = version(registry, ref);
        ValidationReport report = registry.lifecycle().validate(version.ref(), gates());
        BatchProfile profile = batches && report.passed() ? measured(registry.home(), version) : BatchProfile.UNKNOWN;
        if (json()) {
            VersionView view = VersionView.of(registry.get(version.ref()));
            terminal().json(new Answer(view, report.passed(), report.results(), profile.text()));
        } else {
            TextTable table = TextTable.of("gate", "verdict", "what was seen");
            report.results()
                    .forEach(
                            result -> table.row(result.gate(), result.passed() ? "passed" : "FAILED", result.detail()));
            table.print(terminal());
            terminal().line(version.ref() + (report.passed() ? " is validated" : " is rejected"));
            if (batches && report.passed()) {
                terminal().line("batches: " + sentence(profile));
            }
        }
        return report.passed() ? OK : FINDING;
    }

    private BatchProfile measured(Path home, ModelVersion version) {
        try (EdgeAI edge = EdgeAI.builder().home(home).registry(this::place).build()) {
            return edge.measureBatches(version);
        }
    }

    private static String sentence(BatchProfile profile) {
        if (profile.dependsOnMates()) {
            return "answers depend on who shares the batch; it will never be batched";
        }
        return profile.equals(BatchProfile.UNKNOWN)
                ? "it takes one sample at a time"
                : "ns for each sample, by the size of its batch: " + profile.text();
    }

    private static Map<String, Tensor> arrays(Path npz) {
        return NpzFile.read(npz, DataLimits.DEFAULT);
    }

    private List<ValidationGate> gates() {
        GraphLimits graph = new GraphLimits(nodes, chain);
        TrialLimits limits = TrialLimits.defaults()
                .time(Duration.ofSeconds(seconds))
                .inProcess(inProcess)
                .graph(graph);
        List<ValidationGate> gates = new ArrayList<>();
        if (!keys.isEmpty()) {
            gates.add(ValidationGates.signedBy(
                    keys.stream().map(VerifyingKey::read).toArray(VerifyingKey[]::new)));
        }
        gates.addAll(ValidationGates.standard(graph));
        if (firstLoad) {
            gates.add(ValidationGates.firstLoad(limits));
        }
        List<Map<String, Tensor>> inputs =
                samples.stream().map(RegistryValidate::arrays).toList();
        if (!golden.isEmpty()) {
            gates.add(ValidationGates.golden(
                    golden.entrySet().stream()
                            .map(sample -> new GoldenSample(arrays(sample.getKey()), arrays(sample.getValue())))
                            .toList(),
                    tolerance,
                    limits));
        }
        if (fidelity != null) {
            gates.add(ValidationGates.fidelity(inputs, fidelity, limits));
        }
        if (latency != null) {
            gates.add(ValidationGates.latency(
                    Duration.ofNanos((long) (latency * 1e6)), inputs.isEmpty() ? Map.of() : inputs.get(0), limits));
        }
        if (memory != null) {
            gates.add(ValidationGates.memory(memory, limits));
        }
        return gates;
    }
}
