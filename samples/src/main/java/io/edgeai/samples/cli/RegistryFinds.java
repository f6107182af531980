package io.edgeai.samples.cli;

import io.edgeai.core.error.StorageException;
import io.edgeai.core.registry.EdgeModelRegistry;
import io.edgeai.core.registry.ModelCard;
import io.edgeai.core.registry.VersionComparison;
import io.edgeai.core.registry.VersionQuery;
import io.edgeai.samples.terminal.Terminal;
import io.edgeai.samples.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The registry's commands that find versions and put them beside each other. */
final class RegistryFinds {
    private RegistryFinds() {}

    /** Versions that meet conditions. */
    @Command(
            description = "List versions that meet all conditions, e.g. stage:active format:onnx tag:site=north"
                    + " alias:best env:lab size>1000000 after:2026-01-01T00:00:00Z; '-' before a word means not.")
    static final class Search extends RegistryTool {
        @Parameters(
                arity = "0..*",
                paramLabel = "WORD",
                description = "Conditions; put '--' before one that begins with '-'.")
        private List<String> words = new ArrayList<>();

        Search(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            List<VersionView> found = VersionView.of(registry.search(VersionQuery.parse(String.join(" ", words))));
            if (json()) {
                terminal().json(found);
                return OK;
            }
            TextTable table = TextTable.of("version", "stage", "format", "workload", "bytes", "made by", "tags");
            found.forEach(view -> table.row(
                    view.ref(),
                    view.stage(),
                    view.format(),
                    view.workload(),
                    view.sizeBytes(),
                    view.origin(),
                    view.tags()));
            table.print(terminal());
            return OK;
        }
    }

    /** All that is recorded of a version. */
    @Command(description = "Print a version's card in Markdown, or write it to a file (.html for a page).")
    static final class Card extends RegistryTool {
        @Parameters(paramLabel = "REF", description = "NAME@NUMBER, NAME@ALIAS, or NAME for the active version.")
        private String ref = "";

        @Option(
                names = {"-o", "--output"},
                paramLabel = "FILE",
                description = "The file to write.")
        private @Nullable Path output;

        Card(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            ModelCard card = registry.card(version(registry, ref).ref());
            if (output == null) {
                if (json()) {
                    terminal().json(Map.of("markdown", card.markdown()));
                } else {
                    card.markdown().lines().forEach(terminal()::line);
                }
                return OK;
            }
            write(output, output.toString().endsWith(".html") ? card.html() : card.markdown());
            return OK;
        }
    }

    static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new StorageException("Cannot write (" + file + "): " + e + ". Maybe its folder is missing.", e);
        }
    }

    /** What two versions differ in. */
    @Command(description = "Show what two versions differ in; exit 1 where they do.")
    static final class Compare extends RegistryTool {
        @Parameters(index = "0", paramLabel = "REF", description = "One version.")
        private String left = "";

        @Parameters(index = "1", paramLabel = "REF", description = "The other.")
        private String right = "";

        Compare(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            VersionComparison comparison = registry.compare(
                    version(registry, left).ref(), version(registry, right).ref());
            if (json()) {
                terminal().json(comparison.differences());
            } else {
                TextTable table = TextTable.of(
                        "what",
                        comparison.left().ref().toString(),
                        comparison.right().ref().toString());
                comparison.differences().forEach(one -> table.row(one.what(), one.left(), one.right()));
                table.print(terminal());
            }
            return comparison.differences().isEmpty() ? OK : FINDING;
        }
    }

    /** What came from what. */
    @Command(description = "Show the tree of versions that one belongs to, its original first.")
    static final class Lineage extends RegistryTool {
        @Parameters(paramLabel = "REF", description = "NAME@NUMBER, NAME@ALIAS, or NAME for the active version.")
        private String ref = "";

        Lineage(Terminal terminal) {
            super(terminal, false);
        }

        @Override
        int call(EdgeModelRegistry registry) {
            var graph = registry.lineageGraph(version(registry, ref).ref());
            if (json()) {
                terminal().json(VersionView.of(List.copyOf(graph.versions().values())));
            } else {
                graph.text().lines().forEach(terminal()::line);
            }
            return OK;
        }
    }
}
