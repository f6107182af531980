package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastCommandTest {
    private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

    @TempDir
    Path dir;

    private static List<String> rows(int rows, IntToDoubleFunction value) {
        List<String> lines = new ArrayList<>();
        for (int t = 0; t < rows; t++) {
            lines.add(START.plus(Duration.ofHours(t)) + "," + value.applyAsDouble(t));
        }
        return lines;
    }

    private Path file(String name, List<String> lines) {
        try {
            return Files.writeString(dir.resolve(name), "timestamp,value\n" + String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path out() {
        return dir.resolve("out").resolve("f.csv");
    }

    private static double day(int t) {
        return 100 + 30 * Math.sin(2 * Math.PI * t / 24);
    }

    @Test
    void theAnswerAsJsonHoldsTheForecast() throws IOException {
        Path series = file("s.csv", rows(240, ForecastCommandTest::day));

        JsonNode answer = Answers.json(Console.run("forecast", series, "--horizon", 3, "--period", 24, "--json"), 0);
        Console.run("forecast", series, "--horizon", 3, "--period", 24, "-o", out());

        List<String> lines = Files.readAllLines(out());
        assertThat(answer.get("forecast")).hasSize(3);
        for (int h = 1; h <= 3; h++) {
            JsonNode step = answer.get("forecast").get(h - 1);
            assertThat(step.get("timestamp").textValue() + "," + step.get("mean") + "," + step.get("lower") + ","
                            + step.get("upper"))
                    .isEqualTo(lines.get(h));
        }
    }

    @Test
    void theDayGoesOnInTheSameSteps() throws IOException {
        Path series = file("s.csv", rows(480, ForecastCommandTest::day));

        Console console = Console.run("forecast", series, "--horizon", 48, "--period", "24,168", "-o", out());

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out())
                .startsWith("48 rows after 480, repeats after 24 rows (1 day) and 168 rows (7 days), mostly by ");
        List<String> lines = Files.readAllLines(out());
        assertThat(lines).hasSize(49).first().isEqualTo("timestamp,mean,lower,upper");
        for (int h = 1; h <= 48; h++) {
            String[] cells = lines.get(h).split(",");
            assertThat(Instant.parse(cells[0])).isEqualTo(START.plus(Duration.ofHours(479L + h)));
            assertThat(Double.parseDouble(cells[1])).isCloseTo(day(479 + h), within(0.5));
            assertThat(Double.parseDouble(cells[2])).isLessThanOrEqualTo(Double.parseDouble(cells[1]));
            assertThat(Double.parseDouble(cells[3])).isGreaterThanOrEqualTo(Double.parseDouble(cells[1]));
        }
    }

    @Test
    void theDayIsFoundWithoutBeingTold() throws IOException {
        Path series = file("s.csv", rows(480, ForecastCommandTest::day));

        Console found = Console.run("forecast", series, "--horizon", 48, "-o", out());
        assertThat(found.out()).startsWith("48 rows after 480, repeats after 24 rows (1 day), mostly by ");
        String[] last = Files.readAllLines(out()).get(48).split(",");
        assertThat(Double.parseDouble(last[1])).isCloseTo(day(527), within(0.5));

        Console never = Console.run("forecast", series, "--horizon", 48, "--period", 0, "-o", out());
        assertThat(never.out()).startsWith("48 rows after 480, does not repeat, mostly by ");
    }

    /** Shuffled, doubled and missing rows are the same series. */
    @Test
    void orderDoublesAndHolesDoNotMatter() throws IOException {
        List<String> rows = rows(480, ForecastCommandTest::day);
        List<String> dirty = new ArrayList<>(rows);
        dirty.remove(100);
        dirty.set(200, rows.get(201).split(",")[0] + ",");
        dirty.addAll(rows.subList(300, 310));
        Collections.shuffle(dirty, new Random(4));

        Console console = Console.run("forecast", file("d.csv", dirty), "--horizon", 24, "--period", 24, "-o", out());

        assertThat(console.code()).as(console.err()).isZero();
        String[] last = Files.readAllLines(out()).get(24).split(",");
        assertThat(Instant.parse(last[0])).isEqualTo(START.plus(Duration.ofHours(503)));
        assertThat(Double.parseDouble(last[1])).isCloseTo(day(503), within(3.0));
    }

    /** A gigabyte more every ten hours: full at 100 after 1000 hours, of which 300 have passed. */
    @Test
    void aThresholdHasATime() {
        Random random = new Random(7);
        Path series = file("s.csv", rows(300, t -> 0.1 * t + random.nextGaussian()));

        JsonNode answer = Answers.json(
                Console.run("forecast", series, "--horizon", 10, "--threshold", 100, "-o", out(), "--json"), 0);

        Instant expected = START.plus(Duration.ofHours(1000));
        assertThat(Instant.parse(answer.get("reached").get("p50").textValue()))
                .isBetween(expected.minus(Duration.ofHours(70)), expected.plus(Duration.ofHours(70)));
        assertThat(answer.get("stepSeconds").doubleValue()).isEqualTo(3600);
        Console never = Console.run("forecast", series, "--horizon", 10, "--threshold", -50, "-o", out());
        assertThat(never.out()).contains("not expected to be reached");
    }

    @Test
    void withoutAFileTheForecastIsShown() throws IOException {
        Path series = file("d.csv", rows(480, ForecastCommandTest::day));
        Console.run("forecast", series, "--horizon", 24, "--period", 24, "-o", out());

        Console console = Console.run("forecast", series, "--horizon", 24, "--period", 24, "--threshold", 500);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out().lines().toList()).isEqualTo(Files.readAllLines(out()));
        assertThat(console.err()).contains("24 rows after 480", "500.0 is not expected to be reached");
    }

    @Test
    void aPageShowsWhatComesAfterTheSeries() throws IOException {
        Path page = dir.resolve("page.html");
        Path series = file("d.csv", rows(480, ForecastCommandTest::day));

        Console console = Console.run(
                "forecast", series, "--horizon", 24, "--period", 24, "--threshold", 500, "--html", page, "--json");

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(Files.readString(page))
                .contains("Forecast of d.csv", "the band holds 95 %", "days after 2026-01-20T00:00:00Z")
                .contains(">threshold<", "500.0 is not expected to be reached")
                .doesNotContain("NaN");
    }

    @Test
    void whatCannotBeForecastIsRefused() {
        Path few = file("few.csv", rows(10, t -> t));
        Path once = file("once.csv", List.of("2026-01-01,1", "2026-01-01,2"));

        Answers.refused(Console.run("forecast", few, "--horizon", 5, "-o", out()), "(10)", "(16)");
        Answers.refused(Console.run("forecast", once, "--horizon", 5, "-o", out()), "single time");
        Answers.refused(Console.run("forecast", few, "--horizon", 0, "-o", out()), "(0)");
        Answers.refused(Console.run("forecast", few, "--horizon", 5, "--period", "1", "-o", out()), "(1)");
        Answers.refused(Console.run("forecast", few, "--horizon", 5, "--coverage", "2", "-o", out()), "(2.0)");
    }
}
