package io.edgeai.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.ensemble.StagedSession;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.optimize.partition.PipelineSplit;
import io.edgeai.optimize.partition.PipelineSplitter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * How many more requests a second a network answers as two stages than as one single-threaded session; and what asking a
 * session in another process costs. One JVM (and the process asked), both sides in every round, medians over rounds. Prints
 * tables and a JSON line. Arguments: {@code [rounds, default 9] [seconds a side and round, default 1]}; about two minutes.
 */
public final class StagesComparison {
    private static final int UNDER_WAY = 6;

    private StagesComparison() {}

    /**
     * Requests a second of one network, medians over rounds.
     *
     * @param gain median over rounds of staged ÷ whole
     * @param exact whether every byte of the answers was the whole network's
     */
    record Row(
            String model,
            double whole,
            double staged,
            double gain,
            double lowest,
            double highest,
            double balance,
            boolean exact) {
        String line() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.1f/s | %.1f/s | **%.2f** | %.2f–%.2f | %.2f | %s |",
                    model,
                    whole,
                    staged,
                    gain,
                    lowest,
                    highest,
                    balance,
                    exact ? "equal" : "DIFFER");
        }
    }

    public static void main(String[] arguments) throws IOException {
        List<String> given = Arrays.stream(arguments)
                .flatMap(argument -> Arrays.stream(argument.trim().split("\\s+")))
                .filter(argument -> !argument.isEmpty())
                .toList();
        int rounds = given.isEmpty() ? 9 : Integer.parseInt(given.get(0));
        double seconds = given.size() < 2 ? 1 : Double.parseDouble(given.get(1));
        List<Row> rows = new ArrayList<>();
        System.out.println(
                "| network | whole, 1 thread | 2 stages | gain | lowest–highest round | slowest ÷ mean stage | bits |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (ConvTower tower : List.of(new ConvTower(8, 64, 32), new ConvTower(8, 64, 56), new ConvTower(16, 32, 16))) {
            rows.add(compare(tower, rounds, seconds));
            System.out.println(rows.get(rows.size() - 1).line());
        }
        System.out.println();
        List<RemoteCost.Row> remote = RemoteCost.measure(rounds, seconds / 2);
        System.out.println(RemoteCost.HEAD);
        remote.forEach(row -> System.out.println(row.line()));
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("stages", rows);
        all.put("remote", remote);
        System.out.println();
        System.out.println(new ObjectMapper().writeValueAsString(all));
    }

    static Row compare(ConvTower tower, int rounds, double seconds) {
        InferenceRuntime runtime = Engines.discover().forFormat(ModelFormat.ONNX);
        Map<String, Tensor> input = Map.of("x", tower.input(1));
        PipelineSplit split = PipelineSplitter.builder().stages(2).build().split(tower.graph(), List.of(input));
        double[] whole = new double[rounds];
        double[] staged = new double[rounds];
        try (InferenceSession one = runtime.open(
                        OnnxWriter.toBytes(tower.graph()),
                        SessionOptions.defaults().intraOpThreads(1));
                StagedSession two = split.open(runtime)) {
            boolean exact = bytes(one.run(input)).equals(bytes(two.run(input)));
            inTurn(one, input, seconds / 2);
            underWay(two, input, seconds / 2);
            for (int round = 0; round < rounds; round++) {
                whole[round] = inTurn(one, input, seconds);
                staged[round] = underWay(two, input, seconds);
            }
            double[] gains = new double[rounds];
            Arrays.setAll(gains, i -> staged[i] / whole[i]);
            Arrays.sort(gains);
            return new Row(
                    tower.toString(),
                    median(whole),
                    median(staged),
                    median(gains),
                    gains[0],
                    gains[rounds - 1],
                    split.balance(),
                    exact);
        }
    }

    private static ByteBuffer bytes(Map<String, Tensor> answer) {
        return ByteBuffer.wrap(answer.values().iterator().next().bytes());
    }

    /** Requests a second, one after the other. */
    private static double inTurn(InferenceSession session, Map<String, Tensor> input, double seconds) {
        long begin = System.nanoTime();
        long count = 0;
        do {
            session.run(input);
            count++;
        } while (System.nanoTime() - begin < seconds * 1e9);
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    /** Requests a second, a few of them under way at any time. */
    private static double underWay(StagedSession session, Map<String, Tensor> input, double seconds) {
        Deque<CompletableFuture<Map<String, Tensor>>> answers = new ArrayDeque<>();
        long begin = System.nanoTime();
        long count = 0;
        do {
            answers.add(session.submit(input));
            if (answers.size() >= UNDER_WAY) {
                answers.remove().join();
                count++;
            }
        } while (System.nanoTime() - begin < seconds * 1e9);
        while (!answers.isEmpty()) {
            answers.remove().join();
            count++;
        }
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
