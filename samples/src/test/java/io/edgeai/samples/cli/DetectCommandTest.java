package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.samples.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DetectCommandTest {
    private static final int ROWS = 2000;
    private static final int SPIKE = 1500;

    @TempDir
    Path dir;

    private Path file(String name, String text) {
        try {
            Path file = dir.resolve(name);
            Files.createDirectories(file.getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Noise around 10 every five minutes, with one large spike. */
    private static List<String> rows(long seed) {
        Random random = new Random(seed);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            double value = 10 + random.nextGaussian() + (i == SPIKE ? 60 : 0);
            rows.add(Instant.ofEpochSecond(1_700_000_000L + 300L * i) + "," + value);
        }
        return rows;
    }

    private static String csv(List<String> rows) {
        return "timestamp,value\n" + String.join("\n", rows) + "\n";
    }

    private Path out() {
        return dir.resolve("out").resolve("scores.csv");
    }

    private static List<String[]> scores(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).isEqualTo("timestamp,value,anomaly_score,alert");
        return lines.subList(1, lines.size()).stream()
                .map(line -> line.split(",", -1))
                .toList();
    }

    @Test
    void theSpikeIsFoundAndEveryRowHasAScore() throws IOException {
        List<String> rows = rows(5);
        Path series = file("s.csv", csv(rows));

        Console console = Console.run("detect", series, "-o", out());

        assertThat(console.code()).as(console.err()).isZero();
        List<String[]> scores = scores(out());
        assertThat(scores).hasSize(ROWS);
        int alerts = 0;
        for (int i = 0; i < ROWS; i++) {
            String[] row = scores.get(i);
            assertThat(row).hasSize(4);
            assertThat(row[0] + "," + row[1]).isEqualTo(rows.get(i));
            double score = Double.parseDouble(row[2]);
            assertThat(score).isBetween(0.0, 1.0);
            assertThat(row[3]).as("row %d", i).isEqualTo(score >= 0.5 ? "1" : "0");
            alerts += score >= 0.5 ? 1 : 0;
        }
        assertThat(scores.get(SPIKE)[3]).isEqualTo("1");
        assertThat(alerts).isBetween(1, 5);
        assertThat(console.out()).startsWith(alerts + " alerts in " + ROWS + " rows -> " + out() + "\n");
    }

    @Test
    void withoutAFileTheAlertsAreShown() {
        Path series = file("s.csv", csv(rows(5)));
        String time = Instant.ofEpochSecond(1_700_000_000L + 300L * SPIKE).toString();

        Console console = Console.run("detect", series);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(console.out().lines().filter(line -> line.startsWith(time)))
                .singleElement()
                .asString()
                .containsPattern(time + " +" + time + " +1 +[01]\\.\\d{3} +[67]\\d");
        JsonNode answer = Answers.json(Console.run("detect", series, "--json"), 0);
        assertThat(answer.get("output").isNull()).isTrue();
        assertThat(answer.get("episodes").findValuesAsText("from")).contains(time);
    }

    @Test
    void aPageShowsTheSeriesWithItsAlerts() throws IOException {
        Path page = dir.resolve("page.html");

        Console console = Console.run("detect", file("<s>.csv", csv(rows(5))), "--html", page);

        assertThat(console.code()).as(console.err()).isZero();
        assertThat(Files.readString(page))
                .contains("Alerts in &lt;s&gt;.csv", "days after 2023-11-14T22:13:20Z", ">alert<")
                .contains(Instant.ofEpochSecond(1_700_000_000L + 300L * SPIKE).toString())
                .doesNotContain("NaN");
    }

    @Test
    void aBatchNeedsAFolderForItsScores() {
        Path folder = file("in/s.csv", csv(rows(5))).getParent();

        Console console = Console.run("detect", "--batch", folder);

        assertThat(console.code()).isEqualTo(2);
        assertThat(console.err()).contains("--batch needs a folder", "Maybe");
    }

    @Test
    void noScoreDependsOnTheFuture() throws IOException {
        List<String> rows = rows(2);
        Path whole = file("whole.csv", csv(rows));
        Path half = file("half.csv", csv(rows.subList(0, ROWS / 2)));
        Path other = dir.resolve("other.csv");

        assertThat(Console.run("detect", whole, "-o", out()).code()).isZero();
        assertThat(Console.run("detect", half, "-o", other).code()).isZero();

        assertThat(Files.readAllLines(other))
                .isEqualTo(Files.readAllLines(out()).subList(0, ROWS / 2 + 1));
    }

    @Test
    void theWayTimesAreWrittenDoesNotMatter() throws IOException {
        List<String> rows = rows(3);
        List<String> scores = null;
        for (String kind : List.of("iso", "space", "seconds", "millis", "offset")) {
            List<String> written = new ArrayList<>();
            for (String row : rows) {
                Instant at = Instant.parse(row.substring(0, row.indexOf(',')));
                String time =
                        switch (kind) {
                            case "space" -> at.toString().replace('T', ' ').replace("Z", "");
                            case "seconds" -> Long.toString(at.getEpochSecond());
                            case "millis" -> Long.toString(at.toEpochMilli());
                            case "offset" -> at.plusSeconds(7200).toString().replace("Z", "+02:00");
                            default -> at.toString();
                        };
                written.add(time + row.substring(row.indexOf(',')));
            }
            Path series = file(kind + ".csv", csv(written));
            assertThat(Console.run("detect", series, "-o", out()).code()).isZero();
            List<String[]> found = scores(out());
            assertThat(found.get(7)[0] + "," + found.get(7)[1]).isEqualTo(written.get(7));
            List<String> only = found.stream().map(row -> row[2]).toList();
            assertThat(only).as(kind).isEqualTo(scores == null ? only : scores);
            scores = only;
        }
    }

    @Test
    void aLargerBudgetRaisesMoreAlerts() {
        Path series = file("s.csv", csv(rows(4)));

        JsonNode few = Answers.json(Console.run("detect", series, "-o", out(), "--json"), 0);
        JsonNode many =
                Answers.json(Console.run("detect", series, "-o", out(), "--false-alarms-per-day", 100, "--json"), 0);

        assertThat(few.get("rows").intValue()).isEqualTo(ROWS);
        assertThat(many.get("alerts").intValue())
                .isGreaterThan(few.get("alerts").intValue());
        assertThat(few.get("error").isNull()).isTrue();
    }

    @Test
    void gapsAreRowsWithoutAScore() throws IOException {
        List<String> rows = rows(5);
        for (int i = 200; i < 300; i++) {
            String time = rows.get(i).substring(0, rows.get(i).indexOf(','));
            rows.set(i, time + "," + List.of("", "NaN", "NA", "null", "inf").get(i % 5));
        }
        Path series = file("s.csv", csv(rows));

        assertThat(Console.run("detect", series, "-o", out()).code()).isZero();

        List<String[]> scores = scores(out());
        assertThat(scores).hasSize(ROWS);
        for (int i = 200; i < 300; i++) {
            assertThat(scores.get(i)[2]).isEqualTo("0.000000");
            assertThat(scores.get(i)[1])
                    .isEqualTo(rows.get(i).substring(rows.get(i).indexOf(',') + 1));
        }
        assertThat(scores.get(SPIKE)[3]).isEqualTo("1");
    }

    @Test
    void columnsAreFoundByTheirNames() throws IOException {
        Path series = file("s.csv", "host,value,timestamp\na,1,2024-01-01\nb,2,2024-01-02\n");
        Path bare = file("bare.csv", "1700000000,1\n1700000060,2\n");

        assertThat(Console.run("detect", series, "-o", out()).code()).isZero();
        assertThat(scores(out()))
                .extracting(row -> row[0] + " " + row[1])
                .containsExactly("2024-01-01 1", "2024-01-02 2");
        assertThat(Console.run("detect", bare, "-o", out()).code()).isZero();
        assertThat(scores(out())).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "2024-01-01,1\\nnonsense,2;line (2);(nonsense)",
                "timestamp,value\\n2024-01-01,1\\n2024-01-02,many;line (3);(many)",
                "timestamp,value\\n2024-01-01;line (2);(1) cells",
                "timestamp,value\\n2024-13-01,1;line (2);(2024-13-01)",
                "timestamp,value;no rows;s.csv",
                "timestamp,value\\n'\"open,1';never closed;line",
            })
    void aDamagedLineIsNamed(String text, String says, String also) {
        Path series = file("s.csv", text.replace("\\n", "\n").replace("'", ""));

        Answers.refused(Console.run("detect", series, "-o", out()), says, also);
        assertThat(out()).doesNotExist();
    }

    @Test
    void aBatchMirrorsTheTreeAndGoesOnAfterDamage() throws IOException {
        List<String> rows = rows(6);
        file("in/a/one.csv", csv(rows));
        file("in/b/deep/two.csv", csv(rows(7)));
        file("in/b/broken.csv", "timestamp,value\n2024-01-01,x\n");
        file("in/notes.txt", "not a series");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(dir.resolve("in/packed.csv.gz")))) {
            gzip.write(csv(rows).getBytes(StandardCharsets.UTF_8));
        }
        Path output = dir.resolve("results");

        Console page = Console.run("detect", "--batch", dir.resolve("in"), "-o", output);
        JsonNode answer = Answers.json(Console.run("detect", "--batch", dir.resolve("in"), "-o", output, "--json"), 1);

        assertThat(page.code()).isEqualTo(1);
        assertThat(page.out()).contains("failed ", "broken.csv", "line (2)", "3 of 4 series ok");
        assertThat(answer.get("series").intValue()).isEqualTo(4);
        assertThat(answer.get("failed").intValue()).isEqualTo(1);
        try (var files = Files.walk(output)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> output.relativize(file).toString()))
                    .containsExactlyInAnyOrder("a/one.csv", "b/deep/two.csv", "packed.csv");
        }
        assertThat(Console.run("detect", dir.resolve("in/a/one.csv"), "-o", out())
                        .code())
                .isZero();
        assertThat(output.resolve("a/one.csv")).hasSameBinaryContentAs(out());
        assertThat(output.resolve("packed.csv")).hasSameBinaryContentAs(out());
    }

    /** The benchmark's columns and its tree of categories; the scores are those of the other format. */
    @Test
    void theBenchmarksFormatIsThatWithoutVerdict() throws IOException {
        file("in/realKnownCause/one.csv", csv(rows(6)));
        Path plain = dir.resolve("plain");
        Path nab = dir.resolve("nab");

        assertThat(Console.run("detect", "--batch", dir.resolve("in"), "-o", plain)
                        .code())
                .isZero();
        assertThat(Console.run("detect", "--batch", dir.resolve("in"), "-o", nab, "--format", "nab")
                        .code())
                .isZero();

        List<String> expected = Files.readAllLines(plain.resolve("realKnownCause/one.csv")).stream()
                .map(line -> line.substring(0, line.lastIndexOf(',')))
                .toList();
        assertThat(Files.readAllLines(nab.resolve("realKnownCause/one.csv")))
                .isEqualTo(expected)
                .first()
                .isEqualTo("timestamp,value,anomaly_score");
    }

    @Test
    void aBatchMayWriteBelowItsOwnInput() {
        file("in/s.csv", csv(rows(8)));
        Path in = dir.resolve("in");

        for (int i = 0; i < 2; i++) {
            JsonNode answer =
                    Answers.json(Console.run("detect", "--batch", in, "-o", in.resolve("scores"), "--json"), 0);
            assertThat(answer.get("series").intValue()).isEqualTo(1);
        }
        Answers.refused(Console.run("detect", "--batch", in, "-o", in), "overwritten");
    }

    @Test
    void senselessArgumentsAreRefused() throws IOException {
        Path series = file("s.csv", csv(rows(9)));
        Path empty = Files.createDirectory(dir.resolve("empty"));

        Answers.refused(Console.run("detect", series, "--batch", dir, "-o", out()), "exclude each other");
        Answers.refused(Console.run("detect", "--batch", series, "-o", out()), "is no folder");
        Answers.refused(Console.run("detect", "--batch", empty, "-o", out()), "no .csv file");
        Answers.refused(Console.run("detect", series, "-o", out(), "--false-alarms-per-day", 0), "(0.0)");
        Answers.refused(Console.run("detect", series, "-o", empty), "is a folder");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nab/data/artificialNoAnomaly/art_noisy.csv",
                "nab/data/artificialNoAnomaly/art_daily_no_noise.csv"
            })
    void realSeriesKeepTheirRows(String name) throws IOException {
        Path series = Answers.testdata("monitor/" + name);

        assertThat(Console.run("detect", series, "-o", out()).code()).isZero();

        List<String> input = Files.readAllLines(series);
        List<String[]> scores = scores(out());
        assertThat(scores).hasSize(input.size() - 1);
        for (int i = 0; i < scores.size(); i++) {
            assertThat(scores.get(i)[0] + "," + scores.get(i)[1]).isEqualTo(input.get(i + 1));
        }
    }
}
