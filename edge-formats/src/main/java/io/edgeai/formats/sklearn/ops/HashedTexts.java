package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bags of words without a vocabulary: the column of a word, or of several in a row, is its MurmurHash3, which ONNX Runtime
 * computes ({@code com.microsoft.MurmurHash3}). The columns are dense, 8 bytes each.
 */
final class HashedTexts {
    private static final int MOST_COLUMNS = 1 << 20;

    /** Letters that make {@link TextOptions} prepare every letter. */
    private static final String[] ANY = {"\u00e9", "\u1100"};

    private HashedTexts() {}

    static void register(Map<String, Converter> all) {
        all.put("HashingVectorizer", HashedTexts::hashed);
    }

    private static Fitted hashed(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        if (x.width() != 1 || !x.text()) {
            throw new UnsupportedOperatorException("(" + x.width() + ") columns in place of one column of text");
        }
        int columns = e.has("n_features") ? e.integer("n_features") : MOST_COLUMNS;
        if (columns < 1 || columns > MOST_COLUMNS) {
            throw new UnsupportedOperatorException("n_features = " + columns + ", more than " + MOST_COLUMNS);
        }
        TextOptions options = TextOptions.of(e);
        if (!options.words()) {
            throw new UnsupportedOperatorException("analyzer = " + options.analyzer() + " of hashed letters");
        }
        String texts = options.prepared(out, out.squeeze(x.parts().get(0).value(), 1), ANY);
        Words.Tokens tokens = Words.kept(out, texts, options);
        List<String> hashes = new ArrayList<>();
        List<String> there = new ArrayList<>();
        for (int n = options.from(); n <= options.to(); n++) {
            hashes.add(hash(out, joined(out, tokens.words(), n)));
            there.add(together(out, tokens.kept(), n));
        }
        boolean binary = e.flag(false, "binary");
        String counts = counts(
                out, out.concat(1, hashes), out.concat(1, there), columns, !binary && e.flag(true, "alternate_sign"));
        String value = binary ? Scalers.above(out, counts, 0) : counts;
        String norm = e.has("norm") ? e.text("l2", "norm") : "";
        return Fitted.transformer(Features.of(norm.isEmpty() ? value : Scalers.normalized(out, value, norm), columns));
    }

    /** Runs of n words with spaces between them, [N, length - n + 1]. */
    private static String joined(Emitter out, String words, int n) {
        String run = place(out, words, 0, n);
        for (int i = 1; i < n; i++) {
            run = out.op(
                    "StringConcat", out.op("StringConcat", run, out.strings(List.of(" "), 1)), place(out, words, i, n));
        }
        return run;
    }

    private static String together(Emitter out, String kept, int n) {
        String all = place(out, kept, 0, n);
        for (int i = 1; i < n; i++) {
            all = out.op("And", all, place(out, kept, i, n));
        }
        return all;
    }

    /** The i-th of each n in a row. */
    private static String place(Emitter out, String sequence, int i, int n) {
        long end = i == n - 1 ? Long.MAX_VALUE : i + 1L - n;
        return n == 1 ? sequence : out.op("Slice", sequence, out.longs((long) i), out.longs(end), out.longs(1L));
    }

    private static String hash(Emitter out, String texts) {
        return out.cast(
                out.node("MurmurHash3", texts)
                        .domain("com.microsoft")
                        .attribute("positive", 0L)
                        .attribute("seed", 0L)
                        .output(0),
                ElementType.INT64);
    }

    /** How often each column is hit, DOUBLE [N, columns]; half of the words count as -1 where {@code signed}. */
    private static String counts(Emitter out, String hashes, String there, int columns, boolean signed) {
        String zero = out.longs(new long[] {0});
        String index = out.op("Mod", out.op("Abs", hashes), out.longs(new long[] {columns}));
        String one = signed
                ? out.where(out.op("GreaterOrEqual", hashes, zero), out.scalar(1), out.scalar(-1))
                : out.scalar(1);
        String rows = out.node("Shape", hashes)
                .attribute("start", 0L)
                .attribute("end", 1L)
                .output(0);
        String shape = out.concat(0, List.of(rows, out.longs((long) columns)));
        return out.node(
                        "ScatterElements",
                        out.op("Expand", out.constant(new double[] {0}, 1, 1), shape),
                        out.where(there, index, zero),
                        out.where(there, one, out.scalar(0)))
                .attribute("axis", 1L)
                .attribute("reduction", "add")
                .output(0);
    }
}
