package io.edgeai.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs a benchmark in rounds, each side once a round so that a busy machine hurts all sides alike, and prints the table
 * of {@link BenchmarkTable}. Arguments: {@code NAME [--threads 1,2] [--rounds 3] [--out FOLDER]}; with a folder the
 * table and one line of JSON for each run are written there as {@code NAME.md} and {@code NAME.json}.
 */
public final class BenchmarkReport {
    private BenchmarkReport() {}

    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> words = List.of(String.join(" ", arguments).trim().split("\\s+"));
        String name = words.get(0);
        if (name.isEmpty() || name.startsWith("--") || words.size() % 2 == 0) {
            System.err.println("Which benchmark? Maybe: EndpointBenchmark --threads 1,2 --rounds 3 --out folder");
            return;
        }
        int rounds = Integer.parseInt(option(words, "--rounds", "3"));
        List<BenchmarkTable.Run> runs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (String threads : option(words, "--threads", "1").split(",")) {
                System.err.println("round " + round + " of " + rounds + ", threads " + threads);
                runs.addAll(run(
                        new OptionsBuilder().include("\\." + name + "\\.").verbosity(VerboseMode.SILENT),
                        Integer.parseInt(threads)));
            }
        }
        BenchmarkTable table = new BenchmarkTable(runs);
        System.out.println(table.markdown());
        String out = option(words, "--out", "");
        if (!out.isEmpty()) {
            Path folder = Files.createDirectories(Path.of(out));
            Files.writeString(folder.resolve(name + ".md"), table.markdown());
            Files.writeString(folder.resolve(name + ".json"), table.json());
        }
    }

    /** One run of JMH with the allocation profiler. */
    static List<BenchmarkTable.Run> run(ChainedOptionsBuilder options, int threads) throws RunnerException {
        return new Runner(options.threads(threads)
                        .shouldFailOnError(true)
                        .addProfiler(GCProfiler.class)
                        .build())
                .run().stream().map(BenchmarkTable.Run::of).toList();
    }

    private static String option(List<String> words, String key, String otherwise) {
        int at = words.indexOf(key);
        return at < 0 || at + 1 >= words.size() ? otherwise : words.get(at + 1);
    }

    /** Names of all benchmark classes of this module, as JMH's generator listed them. */
    static List<String> names() {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.SILENT);
        return BenchmarkList.defaultList().getAll(silent, List.of()).stream()
                .map(BenchmarkListEntry::getUserClassQName)
                .distinct()
                .toList();
    }
}
