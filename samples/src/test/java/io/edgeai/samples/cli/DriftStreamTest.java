package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftStreamTest {
    @TempDir
    Path dir;

    private Path file(String text) {
        try {
            return Files.writeString(dir.resolve("stream.csv"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two columns; errors at 5 % and, from row 2000 on, at 30 %; a measurement that does not change. */
    private Path stream() {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder("measured,error\n");
        for (int row = 0; row < 3000; row++) {
            text.append(20 + random.nextGaussian())
                    .append(',')
                    .append(random.nextDouble() < (row < 2000 ? 0.05 : 0.3) ? 1 : 0)
                    .append('\n');
        }
        return file(text.toString());
    }

    @Test
    void aRiseOfErrorsIsNamedWithItsRow() {
        JsonNode answer = Answers.json(Console.run("drift", "--stream", stream(), "--json"), 1);

        assertThat(answer.get("detector").textValue()).isEqualTo("error-rate");
        assertThat(answer.get("column").textValue()).isEqualTo("error");
        assertThat(answer.get("changes")).hasSize(1);
        JsonNode change = answer.get("changes").get(0);
        assertThat(change.get("row").intValue()).isBetween(2000, 2100);
        assertThat(change.get("since").intValue()).isBetween(1950, 2040);
        assertThat(change.get("after").doubleValue()).isBetween(0.15, 0.6);
    }

    @Test
    void aColumnAndADetectorCanBeNamed() {
        Console quiet = Console.run("drift", "--stream", stream(), "--column", "measured");
        Console loud = Console.run("drift", "--stream", stream(), "--column", "error", "--detector", "adwin");

        assertThat(quiet.code()).as(quiet.out()).isZero();
        assertThat(quiet.out()).isEqualTo("0 changes of measured in 3000 rows by cusum\n");
        assertThat(loud.code()).isEqualTo(1);
        assertThat(loud.out()).contains("row 20", "by adwin");
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Path stream = stream();

        Answers.refused(Console.run("drift", "--stream", stream, "--column", "no"), "(no)", "measured, error");
        Answers.refused(Console.run("drift", "--stream", stream, "--detector", "no"), "(no)", "page-hinkley");
        Answers.refused(
                Console.run("drift", "--stream", stream, "--column", "measured", "--detector", "error-rate"),
                "neither 0 nor 1");
        Answers.refused(Console.run("drift", "--stream", file("a,b\n1,2\n3,4\n")), "(value)", "--column");
        Answers.refused(Console.run("drift", "--stream", dir.resolve("none.csv")), "none.csv");
    }
}
