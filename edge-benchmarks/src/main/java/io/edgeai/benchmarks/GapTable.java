package io.edgeai.benchmarks;

import io.edgeai.placement.gap.GapProblem;
import io.edgeai.placement.gap.GapSolution;
import io.edgeai.placement.gap.GapSolver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;

/**
 * How close assignments come to their bounds: generated problems, or files of the OR-Library, each within CPU seconds that
 * all threads spend together. The gap is to the run's own bound, so it is at least the distance to the optimum.
 *
 * <pre>
 * java ... io.edgeai.benchmarks.GapTable --types c,d,e --seeds 1,2,3 --budget 10 --threads 2 --out FOLDER
 * java ... io.edgeai.benchmarks.GapTable --files d05100,c20400 --folder FOLDER
 * </pre>
 *
 * {@code --names d20100,e40400} takes only these sizes. Another {@code --solver} seed searches the same problems anew.
 */
public final class GapTable {
    private GapTable() {}

    /** @param seconds of CPU that the run took */
    record Row(
            String name, long seed, int items, GapSolution.Status status, double cost, double bound, double seconds) {
        double gap() {
            return cost == bound ? 0 : 100 * (cost - bound) / cost;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %.0f | %.0f | %.3f | %.1f |",
                    name,
                    seed,
                    status,
                    cost,
                    bound,
                    gap(),
                    seconds);
        }

        String json() {
            return String.format(
                    Locale.ROOT,
                    "{\"name\":\"%s\",\"seed\":%d,\"status\":\"%s\",\"cost\":%.0f,\"bound\":%.0f,\"gapPercent\":%.4f,\"cpuSeconds\":%.2f}",
                    name,
                    seed,
                    status,
                    cost,
                    bound,
                    gap(),
                    seconds);
        }
    }

    public static void main(String[] arguments) throws IOException {
        Arguments options = Arguments.of(arguments);
        List<String> names = options.list("--names");
        List<Row> rows = new ArrayList<>();
        System.out.println(
                "| problem | seed | status | found | bound | gap % | CPU s |\n|---|---|---|---|---|---|---|");
        for (String file : options.list("--files")) {
            Path path = Path.of(options.text("--folder", "")).resolve(file);
            rows.add(solved(options, path.getFileName().toString(), 0, GapProblem.read(path)));
        }
        for (String type :
                options.list("--files").isEmpty() ? options.list("--types", "c", "d", "e") : List.<String>of()) {
            for (String seed : options.list("--seeds", 1)) {
                for (GapInstance instance : GapInstance.usual(type.charAt(0), Long.parseLong(seed))) {
                    if (names.isEmpty() || names.contains(instance.name())) {
                        rows.add(solved(options, instance.name(), instance.seed(), instance.problem()));
                    }
                }
            }
        }
        String summary = summary(rows);
        System.out.println(summary);
        options.write("gap-table", summary, rows.stream().map(Row::json).toList());
    }

    private static Row solved(Arguments options, String name, long seed, GapProblem problem) {
        Row row = solve(
                name,
                seed,
                problem,
                GapSolver.builder()
                        .budget(Duration.ofMillis(
                                Math.round(1000 * Double.parseDouble(options.text("--budget", "10")))))
                        .threads(options.number("--threads", 2))
                        .seed(options.number("--solver", 1)));
        System.out.println(row);
        return row;
    }

    /** Solves with the builder's settings on the clock of this process's CPU. */
    static Row solve(String name, long seed, GapProblem problem, GapSolver.Builder settings) {
        CpuClock clock = CpuClock.start();
        long begin = clock.nanos();
        GapSolution found = settings.ticker(clock::nanos).build().solve(problem);
        return new Row(
                name,
                seed,
                problem.items(),
                found.status(),
                found.objective(),
                found.bound(),
                (clock.nanos() - begin) / 1e9);
    }

    static String summary(List<Row> rows) {
        return "| items | problems | without assignment | proven | mean gap % | worst gap % | gap at most 0.5 % |\n"
                + "|---|---|---|---|---|---|---|\n"
                + line("up to 400", rows, items -> items <= 400)
                + line("more", rows, items -> items > 400)
                + line("all", rows, items -> true);
    }

    private static String line(String label, List<Row> rows, IntPredicate which) {
        List<Row> some = rows.stream().filter(row -> which.test(row.items())).toList();
        List<Row> found =
                some.stream().filter(row -> Double.isFinite(row.cost())).toList();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.3f | %.3f | %d |\n",
                label,
                some.size(),
                some.size() - found.size(),
                found.stream()
                        .filter(row -> row.status() == GapSolution.Status.OPTIMAL)
                        .count(),
                found.stream().mapToDouble(Row::gap).average().orElse(Double.NaN),
                found.stream().mapToDouble(Row::gap).max().orElse(Double.NaN),
                found.stream().filter(row -> row.gap() <= 0.5).count());
    }
}
