package io.edgeai.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchmarkTableTest {
    private static BenchmarkTable.Run run(String side, int threads, double p50, double p99, double bytes) {
        return new BenchmarkTable.Run(
                "Bench.go", Map.of("side", side, "model", "x"), threads, p50, p99, bytes, "ns/op");
    }

    private static List<String[]> cells(BenchmarkTable table) {
        return table.markdown()
                .lines()
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .toArray(String[]::new))
                .toList();
    }

    @Test
    void theHeaderHasAsManyColumnsAsEachRow() {
        String text = new BenchmarkTable(List.of(run("A", 1, 5, 6, 7), run("B", 1, 5, 6, 7))).markdown();
        List<String> lines = text.lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line.chars().filter(c -> c == '|').count()).isEqualTo(8));
        assertThat(lines.get(0))
                .contains("p50")
                .contains("p99")
                .contains("B/op")
                .contains("ours ÷ this");
    }

    /** The oracle sorts and takes the middle. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void mediansRangesAndRatiosAreRightForAnyNumberOfRounds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int rounds = 1; rounds <= 8; rounds++) {
            List<BenchmarkTable.Run> runs = new ArrayList<>();
            double[] ours = new double[rounds];
            double[] theirs = new double[rounds];
            for (int i = 0; i < rounds; i++) {
                ours[i] = 1000 + random.nextInt(9000);
                theirs[i] = 1000 + random.nextInt(9000);
                runs.add(run("OURS", 1, ours[i], 2 * ours[i], i));
                runs.add(run("THEIRS", 1, theirs[i], 3 * theirs[i], i));
            }
            Arrays.sort(ours);
            Arrays.sort(theirs);
            double ourMedian = (ours[(rounds - 1) / 2] + ours[rounds / 2]) / 2;
            double theirMedian = (theirs[(rounds - 1) / 2] + theirs[rounds / 2]) / 2;
            List<String[]> rows = cells(new BenchmarkTable(runs));
            assertThat(rows).hasSize(2);
            assertThat(rows.get(0)[2]).as("seed %d", seed).isEqualTo(whole(ourMedian) + " ns/op");
            assertThat(rows.get(1)[2]).isEqualTo(whole(theirMedian) + " ns/op");
            assertThat(rows.get(0)[3]).isEqualTo(whole(ours[0]) + "–" + whole(ours[rounds - 1]));
            assertThat(rows.get(0)[4]).isEqualTo(whole(2 * ourMedian));
            assertThat(rows.get(1)[4]).isEqualTo(whole(3 * theirMedian));
            assertThat(rows.get(0)[6]).isEmpty();
            assertThat(rows.get(1)[6]).isEqualTo(String.format(Locale.ROOT, "%.2f", ourMedian / theirMedian));
        }
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%.0f", value);
    }

    @Test
    void threadsAndOtherParametersMakeGroupsOfTheirOwn() {
        List<BenchmarkTable.Run> runs = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            for (String model : new String[] {"small", "large"}) {
                for (String side : new String[] {"A", "B"}) {
                    double time = threads * 1000 * (side.equals("A") ? 1 : 4);
                    runs.add(new BenchmarkTable.Run(
                            "Bench.go", Map.of("side", side, "model", model), threads, time, time, 0, "ns/op"));
                }
            }
        }
        List<String[]> rows = cells(new BenchmarkTable(runs));
        assertThat(rows).hasSize(8);
        assertThat(rows)
                .extracting(row -> row[0])
                .containsExactly(
                        "Bench.go [small], threads 1",
                        "Bench.go [small], threads 1",
                        "Bench.go [large], threads 1",
                        "Bench.go [large], threads 1",
                        "Bench.go [small], threads 2",
                        "Bench.go [small], threads 2",
                        "Bench.go [large], threads 2",
                        "Bench.go [large], threads 2");
        assertThat(rows).extracting(row -> row[6]).containsExactly("", "0.25", "", "0.25", "", "0.25", "", "0.25");
    }

    @Test
    void aBenchmarkWithoutSidesIsOneRow() {
        BenchmarkTable table = new BenchmarkTable(
                List.of(new BenchmarkTable.Run("Bench.go", Map.of("sites", "100"), 1, 5000, 6000, 12, "ns/op")));
        assertThat(cells(table)).singleElement().satisfies(row -> assertThat(row)
                .containsExactly("Bench.go [100], threads 1", "", "5000 ns/op", "5000–5000", "6000", "12.0", "", ""));
    }

    @Test
    void smallFiguresKeepOneDigitAndUnknownOnesAreADash() {
        BenchmarkTable table = new BenchmarkTable(List.of(run("A", 1, 4.04, 99.96, Double.NaN)));
        assertThat(cells(table).get(0)).startsWith("Bench.go [x], threads 1", "A", "4.0 ns/op", "4.0–4.0", "100", "–");
    }

    @Test
    void jsonIsReadByAnyParserEvenWhereNothingWasMeasured() throws Exception {
        BenchmarkTable table =
                new BenchmarkTable(List.of(run("A", 1, 4.04, 5, Double.NaN), run("B \"quoted\\\"", 2, 1e9, 2e9, 0)));
        JsonNode runs = new ObjectMapper().readTree(table.json());
        assertThat(runs).hasSize(2);
        assertThat(runs.get(0).get("bytesPerOp").isNull()).isTrue();
        assertThat(runs.get(0).get("p50").asDouble()).isEqualTo(4.0);
        assertThat(runs.get(0).get("model").asText()).isEqualTo("x");
        assertThat(runs.get(1).get("side").asText()).isEqualTo("B \"quoted\\\"");
        assertThat(runs.get(1).get("threads").asInt()).isEqualTo(2);
        assertThat(runs.get(1).get("p99").asDouble()).isEqualTo(2e9);
        assertThat(new ObjectMapper().readTree(new BenchmarkTable(List.of()).json()))
                .isEmpty();
    }

    @Test
    void figuresDoNotDependOnTheLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.GERMANY);
            assertThat(cells(new BenchmarkTable(List.of(run("A", 1, 4.5, 5.5, 6.5))))
                            .get(0)[2])
                    .isEqualTo("4.5 ns/op");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aRunKeepsItsOwnParameters() {
        Map<String, String> mine = new java.util.HashMap<>(Map.of("side", "A"));
        BenchmarkTable.Run run = new BenchmarkTable.Run("B.m", mine, 1, 1, 1, 1, "ns/op");
        mine.put("side", "B");
        assertThat(run.parameters()).containsEntry("side", "A");
        assertThatThrownBy(() -> run.parameters().put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
    }
}
