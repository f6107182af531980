package io.edgeai.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table in docs/guide/workloads.md is the one the code produces; run with -Dedgeai.write=true to rewrite it. */
class WorkloadsGuideTest {
    private static final Path GUIDE =
            Path.of(System.getProperty("edgeai.root", "..")).resolve("docs/guide/workloads.md");

    @Test
    void theGuideShowsTheDefaultsOfTheCode() throws IOException {
        if (Boolean.getBoolean("edgeai.write")) {
            Files.writeString(GUIDE, guide());
        }
        assertThat(Files.readString(GUIDE)).isEqualTo(guide());
    }

    private static String guide() {
        return """
                # Workload types and their defaults
                What a model is for decides what it starts with. Every value can be changed where it is used; these are
                `WorkloadType.defaults()`.

                | workload type | most samples a batch | longest wait for a batch | threads a run | deadline | placement | watched | optimizations to try, best first |
                |---|---|---|---|---|---|---|---|
                """
                + Arrays.stream(WorkloadType.values())
                        .map(WorkloadsGuideTest::row)
                        .collect(Collectors.joining());
    }

    private static String row(WorkloadType type) {
        WorkloadDefaults defaults = type.defaults();
        return "| %s (`%s`) | %d | %d ms | %d | %d ms | %s | %s | %s |%n"
                .formatted(
                        type.displayName(),
                        type,
                        defaults.maxBatch(),
                        defaults.maxBatchDelay().toMillis(),
                        defaults.intraOpThreads(),
                        defaults.deadline().toMillis(),
                        words(defaults.objective()),
                        defaults.monitors().stream()
                                .sorted()
                                .map(WorkloadsGuideTest::words)
                                .collect(Collectors.joining(", ")),
                        defaults.optimizations().stream()
                                .map(WorkloadsGuideTest::words)
                                .collect(Collectors.joining(", ")));
    }

    private static String words(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
