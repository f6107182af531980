package io.edgeai.formats.sklearn.ops;

import com.google.protobuf.ByteString;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.sklearn.graph.Emitter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Counts of runs of items in sequences. Stateless. */
final class Runs {
    private Runs() {}

    /** A run that no text has, for a term of a fixed vocabulary that the options rule out: it is counted 0 times. */
    static String[] never(int term) {
        return new String[] {"\u0001\u0002" + term};
    }

    /** Counts of each run, FLOAT [N, runs], in sequences of text [N, length]. */
    static String ofText(Emitter out, String sequences, List<String[]> runs) {
        return counted(out, sequences, runs, run -> run.length, items -> {
            List<ByteString> pool = new ArrayList<>();
            items.forEach(run -> List.of(run).forEach(word -> pool.add(ByteString.copyFromUtf8(word))));
            return new Pool("pool_strings", new OnnxAttribute.OfStrings(pool));
        });
    }

    /** Counts of each run, FLOAT [N, runs], in sequences of whole numbers [N, length]. */
    static String ofNumbers(Emitter out, String sequences, List<long[]> runs) {
        return counted(out, sequences, runs, run -> run.length, items -> {
            List<Long> pool = new ArrayList<>();
            items.forEach(run -> java.util.Arrays.stream(run).forEach(pool::add));
            return new Pool("pool_int64s", new OnnxAttribute.OfInts(pool));
        });
    }

    private record Pool(String name, OnnxAttribute items) {}

    private static <T> String counted(
            Emitter out, String sequences, List<T> runs, Function<T, Integer> length, Function<List<T>, Pool> pool) {
        int longest = runs.stream().mapToInt(length::apply).max().orElse(1);
        int shortest = runs.stream().mapToInt(length::apply).min().orElse(1);
        List<Long> starts = new ArrayList<>();
        List<Long> columns = new ArrayList<>();
        List<T> sorted = new ArrayList<>();
        long start = 0;
        for (int n = 1; n <= longest; n++) {
            starts.add(start);
            for (int i = 0; i < runs.size(); i++) {
                if (length.apply(runs.get(i)) == n) {
                    sorted.add(runs.get(i));
                    columns.add((long) i);
                    start += n;
                }
            }
        }
        Pool items = pool.apply(sorted);
        OnnxNode node = out.node("TfIdfVectorizer", sequences)
                .attribute("mode", "TF")
                .attribute("min_gram_length", (long) shortest)
                .attribute("max_gram_length", (long) longest)
                .attribute("max_skip_count", 0L)
                .attribute("ngram_counts", new OnnxAttribute.OfInts(starts))
                .attribute("ngram_indexes", new OnnxAttribute.OfInts(columns))
                .attribute(items.name(), items.items());
        return node.output(0);
    }

    /** The number of each text, INT64 of the same shape. */
    static String numbers(Emitter out, String texts, Map<String, Long> numbers, long otherwise) {
        List<ByteString> keys = new ArrayList<>();
        numbers.keySet().forEach(key -> keys.add(ByteString.copyFromUtf8(key)));
        return out.node("LabelEncoder", texts)
                .domain("ai.onnx.ml")
                .attribute("keys_strings", new OnnxAttribute.OfStrings(keys))
                .attribute("values_int64s", new OnnxAttribute.OfInts(List.copyOf(numbers.values())))
                .attribute("default_int64", otherwise)
                .output(0);
    }

    /** Sequences [N, length] whose kept items have moved together, in their order, to the front; -1 behind them. */
    static String closed(Emitter out, String sequences, String keep) {
        String marked = out.where(keep, sequences, out.longs(new long[] {-1}));
        return out.node("GatherElements", marked, keptFirst(out, sequences, keep))
                .attribute("axis", 1L)
                .output(0);
    }

    /** Where in a sequence [N, length] those to keep stand, in their order, and behind them the others. */
    static String keptFirst(Emitter out, String sequences, String keep) {
        String length = out.node("Shape", sequences)
                .attribute("start", 1L)
                .attribute("end", 2L)
                .output(0);
        String end = out.squeeze(length, 0);
        String place = out.op("Range", scalar(out, 0), end, scalar(out, 1));
        String order = out.where(keep, place, out.add(place, end));
        String index = out.fresh("index");
        out.graph()
                .add("TopK", out.fresh("first"), List.of(order, length), List.of(out.fresh("places"), index))
                .attribute("axis", 1L)
                .attribute("largest", 0L)
                .attribute("sorted", 1L);
        return index;
    }

    private static String scalar(Emitter out, long value) {
        return out.longs(new long[] {value}, new long[0]);
    }
}
