package io.edgeai.samples.cli;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.ExecutionProvider;
import io.edgeai.core.text.Tokenizers;
import io.edgeai.formats.ModelImporters;
import io.edgeai.samples.bench.Hardware;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;

/** Says which engines, natives and accelerators are here, and how to add the rest. */
@Command(description = "Show which engines, formats and hardware features are here, and how to add the rest.")
final class DoctorCommand extends ToolCommand {
    private static final int LEAST_HEAP_MEBIBYTES = 256;

    DoctorCommand(Terminal terminal) {
        super(terminal);
    }

    /** One engine. */
    record Engine(String name, boolean usable, String detail, List<String> formats, int rank) {}

    /** One execution provider of ONNX Runtime; optional, so that its absence is no finding. */
    record Provider(String name, boolean usable, String detail) {}

    /** One library that cuts texts into tokens; optional, so that its absence is no finding. */
    record TextLibrary(String name, boolean usable, String detail) {}

    /** What happens to a model of one format here: {@code run}, {@code convert} or {@code no}. */
    record Format(String format, String here, String how) {}

    /** The answer of {@code --json}. */
    record Answer(
            boolean ok,
            List<Engine> engines,
            List<Provider> providers,
            List<Format> formats,
            List<TextLibrary> tokenizers,
            Hardware hardware,
            String temporaryFolder,
            List<String> findings) {}

    @Override
    public Integer call() {
        Engines engines = Engines.discover();
        List<Engine> found = new ArrayList<>();
        for (InferenceRuntime runtime : engines.all()) {
            InferenceRuntime.Availability availability = runtime.availability();
            found.add(new Engine(
                    runtime.name(),
                    availability.usable(),
                    availability.detail(),
                    runtime.formats().stream()
                            .map(ModelFormat::displayName)
                            .sorted()
                            .toList(),
                    runtime.rank()));
        }
        Hardware hardware = Hardware.detect();
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        List<String> findings = findings(found, hardware, temporary);
        List<TextLibrary> tokenizers = Tokenizers.status().entrySet().stream()
                .map(one -> new TextLibrary(
                        one.getKey(), one.getValue().usable(), one.getValue().detail()))
                .toList();
        Answer answer = new Answer(
                findings.isEmpty(),
                found,
                providers(engines),
                formats(engines),
                tokenizers,
                hardware,
                temporary.toString(),
                findings);
        if (json()) {
            terminal().json(answer);
        } else {
            print(answer);
        }
        return findings.isEmpty() ? OK : FINDING;
    }

    private static List<Provider> providers(Engines engines) {
        return engines.all().stream()
                .filter(runtime -> runtime.formats().contains(ModelFormat.ONNX)
                        && runtime.availability().usable())
                .limit(1)
                .flatMap(runtime -> ExecutionProvider.all().stream().map(provider -> {
                    InferenceRuntime.Availability availability = runtime.availability(provider);
                    return new Provider(provider.name(), availability.usable(), availability.detail());
                }))
                .toList();
    }

    private static List<Format> formats(Engines engines) {
        Set<ModelFormat> convertible = ModelImporters.discover().formats();
        List<Format> formats = new ArrayList<>();
        for (ModelFormat format : ModelFormat.values()) {
            InferenceRuntime direct = engines.all().stream()
                    .filter(runtime -> runtime.formats().contains(format)
                            && runtime.availability().usable())
                    .findFirst()
                    .orElse(null);
            if (direct != null) {
                formats.add(new Format(format.displayName(), "run", direct.name()));
            } else if (convertible.contains(format)) {
                formats.add(new Format(
                        format.displayName(), "convert", "to ONNX, then onnxruntime" + adding(engines, format)));
            } else {
                formats.add(new Format(
                        format.displayName(),
                        "no",
                        "Maybe export the model to ONNX where it was trained" + adding(engines, format)));
            }
        }
        return formats;
    }

    private static String adding(Engines engines, ModelFormat format) {
        List<String> missing = engines.missingFor(format);
        return missing.isEmpty() ? "" : ", or run it itself with the dependency " + String.join(", or ", missing);
    }

    private static List<String> findings(List<Engine> engines, Hardware hardware, Path temporary) {
        List<String> findings = new ArrayList<>();
        if (engines.stream().noneMatch(Engine::usable)) {
            findings.add("No engine is usable. Maybe add the dependency com.microsoft.onnxruntime:onnxruntime:1.29.0.");
        }
        engines.stream()
                .filter(engine -> !engine.usable() && engine.formats().contains(ModelFormat.ONNX.displayName()))
                .forEach(engine -> findings.add("Engine (" + engine.name() + ") is not usable: " + engine.detail()));
        if (!Files.isWritable(temporary)) {
            findings.add("Folder (" + temporary + ") is not writable, but natives are unpacked there. Maybe set"
                    + " JAVA_OPTS=-Djava.io.tmpdir=FOLDER.");
        }
        if (hardware.heapMebibytes() < LEAST_HEAP_MEBIBYTES) {
            findings.add("The heap is limited to (" + hardware.heapMebibytes()
                    + ") MiB. Maybe set JAVA_OPTS=-Xmx512m or more.");
        }
        return findings;
    }

    private void print(Answer answer) {
        TextTable engines = TextTable.of("engine", "usable", "version or reason", "runs");
        answer.engines()
                .forEach(engine -> engines.row(
                        engine.name(),
                        engine.usable() ? "yes" : "no",
                        engine.detail(),
                        String.join(", ", engine.formats())));
        engines.print(terminal());
        terminal().blank();
        TextTable providers = TextTable.of("provider", "usable", "version or remedy");
        answer.providers()
                .forEach(one -> providers.row(
                        one.name(),
                        one.usable() ? "yes" : "no",
                        one.detail().substring(Math.max(0, one.detail().indexOf("Maybe")))));
        providers.print(terminal());
        terminal().blank();
        TextTable formats = TextTable.of("format", "here", "how");
        answer.formats().forEach(format -> formats.row(format.format(), format.here(), format.how()));
        formats.print(terminal());
        terminal().blank();
        TextTable tokenizers = TextTable.of("tokenizers", "usable", "version or reason");
        answer.tokenizers().forEach(one -> tokenizers.row(one.name(), one.usable() ? "yes" : "no", one.detail()));
        tokenizers.print(terminal());
        terminal().blank();
        Hardware hardware = answer.hardware();
        terminal().line("cpu     " + hardware.cpu() + ", " + hardware.processors() + " processors");
        terminal()
                .line("        "
                        + (hardware.features().isEmpty()
                                ? "instruction sets not known"
                                : String.join(" ", hardware.features())));
        terminal()
                .line("memory  " + hardware.memoryMebibytes() + " MiB, of which the JVM may use "
                        + hardware.heapMebibytes() + " MiB of heap");
        terminal().line("system  " + hardware.os());
        terminal().line("jvm     " + hardware.jvm());
        terminal().line("temp    " + answer.temporaryFolder());
        terminal().blank();
        if (answer.findings().isEmpty()) {
            terminal().line("all well");
        }
        answer.findings().forEach(finding -> terminal().line("finding: " + finding));
    }
}
