package io.edgeai.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.Console;
import io.edgeai.samples.data.NpyFile;
import io.edgeai.samples.data.NpzFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriftCommandTest {
    @TempDir
    Path dir;

    private Path file(String name, String text) {
        try {
            return Files.writeString(dir.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows of age, whole count and site; the first is Gaussian around {@code mean}, the last is b at this share. */
    private static String table(int rows, long seed, double mean, double shareOfB) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("age,count,site\n");
        for (int i = 0; i < rows; i++) {
            text.append(mean + random.nextGaussian())
                    .append(',')
                    .append(random.nextInt(20))
                    .append(',')
                    .append(random.nextDouble() < shareOfB ? "b" : "a")
                    .append('\n');
        }
        return text.toString();
    }

    /** The same numbers as a table, an array and named arrays have the same figures. */
    @Test
    void arraysAreComparedAsTheTablesOfTheirNumbers() {
        Path[] csv = new Path[2];
        Path[] npy = new Path[2];
        Path[] npz = new Path[2];
        for (int t = 0; t < 2; t++) {
            Random random = new Random(70 + t);
            double[] both = new double[600];
            double[] first = new double[300];
            long[] second = new long[300];
            String[] site = new String[300];
            StringBuilder text = new StringBuilder("x,n,site\n");
            for (int row = 0; row < 300; row++) {
                first[row] = random.nextGaussian() + t;
                second[row] = random.nextInt(9);
                site[row] = random.nextInt(4) == 0 ? "b" : "a";
                both[2 * row] = first[row];
                both[2 * row + 1] = second[row];
                text.append(first[row])
                        .append(',')
                        .append(second[row])
                        .append(',')
                        .append(site[row])
                        .append('\n');
            }
            csv[t] = file("t" + t + ".csv", text.toString());
            npy[t] = dir.resolve("t" + t + ".npy");
            NpyFile.write(Tensor.of(both, 300, 2), npy[t]);
            npz[t] = dir.resolve("t" + t + ".npz");
            NpzFile.write(
                    Map.of(
                            "x", Tensor.of(first, 300),
                            "n", Tensor.of(second, 300, 1),
                            "site", Tensor.of(site, 300)),
                    npz[t]);
        }
        JsonNode table = columns(csv);
        JsonNode array = columns(npy);
        JsonNode named = columns(npz);
        assertThat(table).hasSize(3);
        assertThat(array).hasSize(2);
        assertThat(named).hasSize(3);
        same(of(table, "x"), of(array, "[0]"));
        same(of(table, "n"), of(array, "[1]"));
        same(of(table, "x"), of(named, "x"));
        same(of(table, "n"), of(named, "n[0]"));
        same(of(table, "site"), of(named, "site"));
        assertThat(of(table, "x").path("drifted").asBoolean()).isTrue();
        assertThat(of(table, "n").path("drifted").asBoolean()).isFalse();
    }

    private static JsonNode columns(Path[] files) {
        return Answers.json(Console.run("drift", files[0], files[1], "--json"), 1)
                .path("columns");
    }

    private static JsonNode of(JsonNode columns, String name) {
        for (JsonNode column : columns) {
            if (column.path("column").asText().equals(name)) {
                return column;
            }
        }
        throw new AssertionError(name + " is not in " + columns);
    }

    private static void same(JsonNode one, JsonNode other) {
        for (String figure : new String[] {"kind", "reference", "current", "ksDistance", "psi", "wasserstein"}) {
            assertThat(other.path(figure)).as(figure).isEqualTo(one.path(figure));
        }
        assertThat(other.path("pValue").asDouble())
                .as("drawn by the column's place")
                .isCloseTo(one.path("pValue").asDouble(), within(0.02));
    }

    @Test
    void arraysOfDifferentRowsAreRefused() {
        Path odd = dir.resolve("odd.npz");
        NpzFile.write(Map.of("a", Tensor.of(new float[40], 40), "b", Tensor.of(new float[20], 20)), odd);
        Answers.refused(Console.run("drift", odd, odd), "odd.npz", "rows", "Maybe");
        Path scalar = dir.resolve("scalar.npy");
        NpyFile.write(Tensor.of(new float[1]), scalar);
        Answers.refused(Console.run("drift", scalar, scalar), "(0) rows", "Maybe");
        Path wide = dir.resolve("wide.npy");
        NpyFile.write(Tensor.of(new float[30 * 5000], 30, 5000), wide);
        Answers.refused(Console.run("drift", wide, wide), "(4096)", "DistanceTest");
    }

    /** Each of 300 rows with its number in front, from 0 and from 1,000. */
    @Test
    void aRowNumberIsNamedAndCanBeLeftOut() {
        Path[] tables = new Path[2];
        for (int t = 0; t < 2; t++) {
            String[] lines = table(300, t, 40, 0.3).split("\n");
            StringBuilder text = new StringBuilder("id,").append(lines[0]).append('\n');
            for (int i = 1; i < lines.length; i++) {
                text.append(1000 * t + i).append(',').append(lines[i]).append('\n');
            }
            tables[t] = file(t + ".csv", text.toString());
        }
        Console all = Console.run("drift", tables[0], tables[1]);
        assertThat(all.code()).isEqualTo(1);
        assertThat(all.err())
                .contains("column (id) counts its rows: maybe --without id")
                .doesNotContain("(count)");

        Console some = Console.run("drift", tables[0], tables[1], "--without", "id,site", "--json");
        assertThat(Answers.json(some, 0).get("columns")).hasSize(2);
        assertThat(some.err()).isEmpty();
        assertThat(Console.run("drift", tables[0], tables[1], "--without", "ID").err())
                .contains("--without (ID) is no column. Maybe one of [id, age, count, site].");
    }

    @Test
    void equalTablesHaveNoDrift() {
        Path table = file("a.csv", table(300, 1, 40, 0.3));

        Console page = Console.run("drift", table, table);
        JsonNode answer = Answers.json(Console.run("drift", table, table, "--json"), 0);

        assertThat(page.code()).isZero();
        assertThat(page.out()).contains("no drift found at level 0.05", "column", "age", "site", "text");
        assertThat(answer.get("drifted").booleanValue()).isFalse();
        answer.get("columns").forEach(column -> {
            assertThat(column.get("ksDistance").isNull()
                            || column.get("ksDistance").doubleValue() == 0)
                    .isTrue();
            assertThat(column.get("tested").booleanValue()).isTrue();
        });
    }

    @Test
    void aShiftedColumnOfNumbersIsNamed() {
        Path before = file("a.csv", table(400, 2, 40, 0.3));
        Path now = file("b.csv", table(400, 3, 41, 0.3));

        Console page = Console.run("drift", before, now);
        JsonNode answer = Answers.json(Console.run("drift", before, now, "--json"), 1);

        assertThat(page.code()).isEqualTo(1);
        assertThat(page.out()).contains("1 of 3 columns drifted");
        JsonNode age = answer.get("columns").get(0);
        assertThat(age.get("column").textValue()).isEqualTo("age");
        assertThat(age.get("drifted").booleanValue()).isTrue();
        assertThat(age.get("reference").intValue()).isEqualTo(400);
        // One standard deviation is 0.74 interquartile ranges of a Gaussian.
        assertThat(age.get("medianShift").doubleValue()).isBetween(0.5, 1.0);
        assertThat(age.get("spreadRatio").doubleValue()).isBetween(0.85, 1.15);
        // Two Gaussians a standard deviation apart differ by 2Φ(½) − 1 = 0.383 at most.
        assertThat(age.get("ksDistance").doubleValue()).isBetween(0.28, 0.48);
        // The shift again, in standard deviations; 400 rows against 400 would have shown 2.8·√(2/400) = 0.198.
        assertThat(age.get("wasserstein").doubleValue()).isBetween(0.8, 1.2);
        assertThat(age.get("minimumDetectable").doubleValue()).isCloseTo(0.198, within(0.001));
        assertThat(answer.get("columns").get(1).get("drifted").booleanValue()).isFalse();
        assertThat(answer.get("columns").get(2).get("drifted").booleanValue()).isFalse();
    }

    @Test
    void aChangedShareOfTextsIsNamed() {
        Path before = file("a.csv", table(400, 4, 40, 0.2));
        Path now = file("b.csv", table(400, 5, 40, 0.5));

        JsonNode columns =
                Answers.json(Console.run("drift", before, now, "--json"), 1).get("columns");

        assertThat(columns.get(0).get("drifted").booleanValue()).isFalse();
        assertThat(columns.get(2).get("drifted").booleanValue()).isTrue();
        assertThat(columns.get(2).get("kind").textValue()).isEqualTo("text");
        assertThat(columns.get(2).get("medianShift").isNull()).isTrue();
    }

    @Test
    void columnsAreMatchedByName() {
        Path before = file("a.csv", table(100, 6, 40, 0.2));
        StringBuilder turned = new StringBuilder("site,age,count\n");
        table(100, 6, 40, 0.2).lines().skip(1).forEach(row -> {
            String[] cells = row.split(",");
            turned.append(cells[2])
                    .append(',')
                    .append(cells[0])
                    .append(',')
                    .append(cells[1])
                    .append('\n');
        });

        assertThat(Console.run("drift", before, file("b.csv", turned.toString()))
                        .code())
                .isZero();
    }

    @Test
    void tooFewRowsAreNotJudged() {
        Path before = file("a.csv", table(20, 7, 40, 0.2));
        Path now = file("b.csv", table(20, 8, 90, 0.2));

        Console console = Console.run("drift", before, now);

        assertThat(console.code()).isZero();
        assertThat(console.out()).contains("too few rows");
    }

    @Test
    void theLevelDecides() {
        Path before = file("a.csv", table(60, 9, 40, 0.2));
        Path now = file("b.csv", table(60, 10, 40.55, 0.2));
        double p = Answers.parse(Console.run("drift", before, now, "--json").out())
                .get("columns")
                .get(0)
                .get("adjustedPValue")
                .doubleValue();

        assertThat(Console.run("drift", before, now, "--level", Math.min(0.99, p * 1.01))
                        .code())
                .isEqualTo(1);
        assertThat(Console.run("drift", before, now, "--level", p / 1e6).code()).isZero();
    }

    @Test
    void tablesThatDoNotGoTogetherAreRefused() {
        Path table = file("a.csv", "age,site\n1,a\n2,b\n");
        Path narrow = file("b.csv", "age\n1\n2\n");
        Path renamed = file("c.csv", "years,site\n1,a\n2,b\n");
        Path text = file("d.csv", "age,site\nold,a\n2,b\n");

        Answers.refused(Console.run("drift", table, narrow), "(2)", "(1)");
        Answers.refused(Console.run("drift", table, renamed), "(age)", "c.csv");
        Answers.refused(Console.run("drift", table, file("e.csv", "")), "e.csv");
        Answers.refused(Console.run("drift", table, table, "--level", "2"), "(2.0)");
        Console mixed = Console.run("drift", table, text);
        assertThat(mixed.code()).isEqualTo(2);
    }
}
