package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import io.edgeai.samples.Graphs;
import io.edgeai.samples.convnet.SmallConvNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuneCommandTest {
    @TempDir
    Path dir;

    private Path model;

    @BeforeEach
    void write() {
        model = Graphs.write(new SmallConvNet(20, 10, 1).toOnnx(), dir.resolve("conv.onnx"));
    }

    @Test
    void theTableHasEveryTrialAndTheWinner() {
        Console console = Console.run("tune", model, "--budget", "5m", "--threads", 1);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .contains("options", "speed-up", "default", "threads=1 level=extended", "best: ")
                .contains("measured with random data on ")
                .doesNotContain("threads=2");
    }

    @Test
    void theReportIsJsonAndIsKept() throws IOException {
        Path folder = dir.resolve("tuning");
        JsonNode answer =
                Answers.json(Console.run("tune", model, "--budget", "2s", "--keep", folder, "--json", "--batch", 3), 0);

        assertThat(answer.get("trials")).isNotEmpty();
        assertThat(answer.get("speedup").doubleValue()).isGreaterThanOrEqualTo(1);
        assertThat(answer.get("best").get("intraOpThreads").intValue()).isPositive();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).singleElement().satisfies(file -> assertThat(Answers.parse(Files.readString(file)))
                    .isEqualTo(answer));
        }
    }

    @Test
    void badValuesAreNamed() {
        Console budget = Console.run("tune", model, "--budget", "soon");
        Console threads = Console.run("tune", model, "--threads", 0);

        assertThat(budget.code()).isEqualTo(2);
        assertThat(budget.err()).contains("--budget (soon)");
        assertThat(threads.code()).isEqualTo(2);
        assertThat(threads.err()).contains("mostThreads (0) must be 1 to 1024");
    }
}
