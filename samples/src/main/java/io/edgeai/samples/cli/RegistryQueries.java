package io.edgeai.samples.cli;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.VerificationReport;
import io.edgeai.samples.terminal.ConsoleProgress;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry's commands that only look. */
final class RegistryQueries {
    private RegistryQueries() {}

    private static List<ModelVersion> versions(EdgeModelRegistry registry, @Nullable String name) {
        if (name != null) {
            List<ModelVersion> versions = registry.versions(name);
            if (versions.isEmpty()) {
                throw new InvalidInputException("Model (" + name + ") has no versions here. Maybe one of "
                        + registry.models() + ", see 'edgeai registry list'.");
            }
            return versions;
        }
        List<ModelVersion> all = new ArrayList<>();
        registry.models().forEach(model -> all.addAll(registry.versions(model.name())));
        return all;
    }

    /** All versions, or those of one model. */
    @Command(description = "List all versions, or those of one model.")
    static final class ListAll extends RegistryTool {
        @Parameters(arity = "0..1", paramLabel = "NAME", description = "Only this model.")
        private @Nullable String name;

        ListAll(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            List<VersionView> views = VersionView.of(versions(registry, name));
            if (json()) {
                terminal().json(views);
                return OK;
            }
            TextTable table = TextTable.of("version", "stage", "format", "workload", "bytes", "registered", "made by");
            views.forEach(view -> table.row(
                    view.ref(),
                    view.stage(),
                    view.format(),
                    view.workload(),
                    view.sizeBytes(),
                    view.registeredAt(),
                    view.origin()));
            table.print(terminal());
            return OK;
        }
    }

    /** One version in full. */
    @Command(description = "Show a version, what it was made from and what was made from it.")
    static final class Show extends RegistryTool {
        @Parameters(paramLabel = "REF", description = "NAME@NUMBER, or NAME for the active version.")
        private String ref = "";

        Show(Terminal terminal) {
            super(terminal, false);
        }

        /** The answer of {@code --json}. */
        record Answer(VersionView version, List<String> lineage, List<String> children, String file) {}

        @Override
        int call(EdgeModelRegistry registry) {
            ModelVersion version = version(registry, ref);
            VersionView view = VersionView.of(version);
            List<String> lineage = refs(registry.lineage(version.ref()));
            List<String> children = refs(registry.children(version.ref()));
            String file = registry.file(version.ref()).toString();
            if (json()) {
                terminal().json(new Answer(view, lineage, children, file));
                return OK;
            }
            line("version", view.ref());
            line("stage", view.stage());
            line("format", view.format());
            line("workload", view.workload());
            line("size", Figures.bytes(view.sizeBytes()));
            line("sha256", view.sha256());
            line("registered", view.registeredAt());
            view.inputs().forEach(input -> line("input", input));
            view.outputs().forEach(output -> line("output", output));
            line("made by", view.origin().isEmpty() ? "an original" : view.origin());
            line("lineage", String.join(" -> ", lineage));
            line("children", children.isEmpty() ? "none" : String.join(", ", children));
            view.tags().forEach((key, value) -> line("tag", key + "=" + value));
            line("file", file);
            return OK;
        }

        private static List<String> refs(List<ModelVersion> versions) {
            return versions.stream().map(version -> version.ref().toString()).toList();
        }

        private void line(String label, String text) {
            terminal().line(String.format("%-11s %s", label, text));
        }
    }

    /** Hashes all bytes again. */
    @Command(description = "Hash the bytes of all versions again; exit 1 where some are damaged.")
    static final class Verify extends RegistryTool {
        Verify(Terminal terminal) {
            super(terminal, false);
        }

        /** One line of the answer. */
        record State(String ref, String state) {}

        /** The answer of {@code --json}. */
        record Verdict(boolean ok, List<State> versions) {}

        @Override
        int call(EdgeModelRegistry registry) {
            VerificationReport report;
            try (ConsoleProgress progress = terminal().progress()) {
                report = registry.verify(progress);
            }
            List<State> states = report.results().stream()
                    .map(result ->
                            new State(result.ref().toString(), result.state().name()))
                    .toList();
            if (json()) {
                terminal().json(new Verdict(report.ok(), states));
            } else {
                report.damaged().forEach(result -> terminal()
                        .line(result.ref() + " is "
                                + result.state().name().toLowerCase(java.util.Locale.ROOT)
                                + ". Maybe register the original file again."));
                terminal().line(states.size() - report.damaged().size() + " of " + states.size() + " versions ok");
            }
            return report.ok() ? OK : FINDING;
        }
    }

    /** Takes versions with their bytes elsewhere. */
    @Command(description = "Write versions with their bytes to a file that 'registry import' reads.")
    static final class Export extends RegistryTool {
        @Parameters(
                arity = "0..*",
                paramLabel = "REF",
                description = "NAME@NUMBER, or NAME for all of a model's;" + " without any, all versions.")
        private List<String> refs = new ArrayList<>();

        @Option(
                names = {"-o", "--output"},
                required = true,
                paramLabel = "OUT",
                description = "The file to write; with --oci a .tar, or a folder that may be a layout already.")
        private Path output = Path.of("");

        @Option(names = "--oci", description = "Write an OCI image layout and no ZIP file.")
        private boolean oci;

        Export(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            List<VersionRef> wanted = new ArrayList<>();
            if (refs.isEmpty()) {
                versions(registry, null).forEach(version -> wanted.add(version.ref()));
            }
            for (String ref : refs) {
                if (ref.contains("@")) {
                    wanted.add(VersionRef.parse(ref));
                } else {
                    versions(registry, ref).forEach(version -> wanted.add(version.ref()));
                }
            }
            if (oci) {
                registry.exportOci(output, wanted);
            } else {
                registry.exportTo(output, wanted);
            }
            List<String> written =
                    wanted.stream().distinct().map(VersionRef::toString).toList();
            long bytes = bytes(output);
            if (json()) {
                terminal().json(Map.of("output", output.toString(), "bytes", bytes, "versions", written));
            } else {
                terminal().line(written.size() + " versions, " + Figures.bytes(bytes) + " -> " + output);
            }
            return OK;
        }

        private static long bytes(Path written) {
            try (Stream<Path> files = Files.walk(written)) {
                return files.mapToLong(file ->
                                Files.isRegularFile(file) ? file.toFile().length() : 0)
                        .sum();
            } catch (IOException e) {
                throw new StorageException("Cannot read (" + written + ") back: " + e + ".", e);
            }
        }
    }
}
