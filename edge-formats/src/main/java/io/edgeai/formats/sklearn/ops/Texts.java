package io.edgeai.formats.sklearn.ops;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyDict;
import io.edgeai.formats.pickle.PySet;
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
 * Bags of words and n-grams. Text is lower-cased and split by ONNX Runtime's {@code StringNormalizer} and
 * {@code Tokenizer}, counted by {@code TfIdfVectorizer}; weights and norms are doubles again. Letters outside
 * ASCII are lowered by {@link LetterCases} where the vocabulary has any.
 */
final class Texts {
    /** scikit-learn's default pattern, and the same words for ONNX Runtime's regular expressions, which know no lookaround. */
    private static final String WORDS = "(?u)\\b\\w\\w+\\b";

    private static final Map<String, String> PATTERNS = Map.of(
            WORDS,
            "[\\p{L}\\p{N}_][\\p{L}\\p{N}_]+",
            "\\b\\w\\w+\\b",
            "[\\p{L}\\p{N}_][\\p{L}\\p{N}_]+",
            "(?u)\\b\\w+\\b",
            "[\\p{L}\\p{N}_]+",
            "\\b\\w+\\b",
            "[\\p{L}\\p{N}_]+",
            "\\w+",
            "[\\p{L}\\p{N}_]+",
            "\\w{1,}",
            "[\\p{L}\\p{N}_]+",
            "[a-zA-Z]+",
            "[a-zA-Z]+",
            "[a-z]+",
            "[a-z]+",
            "\\S+",
            "\\S+");

    private static final int MOST_WORDS = 16;

    private Texts() {}

    static void register(Map<String, Converter> all) {
        all.put("CountVectorizer", Texts::count);
        all.put("TfidfVectorizer", Texts::tfidf);
        all.put("TfidfTransformer", (e, x, c) -> Scalers.same(e, x, weighted(e, e, x.matrix(c.out()), c.out())));
        all.put("DictVectorizer", Texts::dictionary);
    }

    private static Fitted count(Estimator e, Features x, Context c) {
        int terms = vocabulary(e).length;
        return Fitted.transformer(Features.of(counts(e, x, c.out()), terms));
    }

    private static Fitted tfidf(Estimator e, Features x, Context c) {
        int terms = vocabulary(e).length;
        Estimator weights = e.has("_tfidf") ? e.inner("_tfidf") : e;
        return Fitted.transformer(Features.of(weighted(weights, e, counts(e, x, c.out()), c.out()), terms));
    }

    /** Sublinear scaling, inverse document frequencies and the norm; options of {@code options}, fitted values of {@code e}. */
    private static String weighted(Estimator e, Estimator options, String counts, Emitter out) {
        String value = counts;
        if (options.flag(false, "sublinear_tf")) {
            String any = out.op("Greater", value, out.scalar(0));
            value = out.where(any, out.plus(out.op("Log", out.where(any, value, out.scalar(1))), 1), value);
        }
        if (options.flag(true, "use_idf")) {
            value = out.mul(value, out.row(frequencies(e)));
        }
        String norm = options.has("norm") ? options.text("l2", "norm") : "";
        return norm.isEmpty() ? value : Scalers.normalized(out, value, norm);
    }

    private static double[] frequencies(Estimator e) {
        if (e.has("idf_")) {
            return e.doubles("idf_");
        }
        double[][] diagonal = e.matrix("_idf_diag");
        double[] idf = new double[diagonal.length];
        for (int i = 0; i < idf.length; i++) {
            idf[i] = diagonal[i][i];
        }
        return idf;
    }

    /** Terms by their column. */
    private static String[] vocabulary(Estimator e) {
        if (!(e.require("vocabulary_") instanceof PyDict dict)) {
            throw new ModelFormatException(e.what() + " has a vocabulary that is no dict.");
        }
        String[] terms = new String[dict.size()];
        for (PyDict.Entry entry : dict.entries()) {
            if (!(entry.key() instanceof String term)
                    || !(entry.value() instanceof Long column)
                    || column < 0
                    || column >= terms.length) {
                throw new ModelFormatException(e.what() + " has (" + entry.key() + ") at column (" + entry.value()
                        + ") of " + terms.length + " terms.");
            }
            terms[(int) (long) column] = term;
        }
        for (String term : terms) {
            if (term == null) {
                throw new ModelFormatException(e.what() + " has columns without a term.");
            }
        }
        return terms;
    }

    private static String pattern(Estimator e) {
        String analyzer = e.text("word", "analyzer");
        if (!analyzer.equals("word")) {
            throw new UnsupportedOperatorException("analyzer = " + analyzer);
        }
        for (String option : new String[] {"preprocessor", "tokenizer", "strip_accents"}) {
            if (e.has(option)) {
                throw new UnsupportedOperatorException(option + " = " + e.get(option));
            }
        }
        String stated = e.text(WORDS, "token_pattern");
        String known = PATTERNS.getOrDefault(stated, "");
        if (known.isEmpty()) {
            throw new UnsupportedOperatorException("token_pattern = " + stated);
        }
        return known;
    }

    private static String counts(Estimator e, Features x, Emitter out) {
        if (x.width() != 1 || !x.text()) {
            throw new UnsupportedOperatorException("(" + x.width() + ") columns in place of one column of text");
        }
        String pattern = pattern(e);
        long[] range = e.has("ngram_range") ? e.longs("ngram_range") : new long[] {1, 1};
        if (range[0] < 1 || range[1] < range[0] || range[1] > MOST_WORDS) {
            throw new UnsupportedOperatorException("ngram_range = " + range[0] + " to " + range[1]);
        }
        if (e.has("stop_words") && range[1] > 1) {
            throw new UnsupportedOperatorException("stop words with n-grams");
        }
        String text = out.squeeze(x.parts().get(0).value(), 1);
        if (e.flag(true, "lowercase")) {
            text = out.node("StringNormalizer", text)
                    .attribute("case_change_action", "LOWER")
                    .attribute("is_case_sensitive", 1L)
                    .attribute("locale", "C")
                    .output(0);
            text = LetterCases.needed(vocabulary(e)) ? LetterCases.lowered(out, text) : text;
        }
        String tokens = out.node("Tokenizer", text)
                .domain("com.microsoft")
                .attribute("mark", 0L)
                .attribute("mincharnum", 1L)
                .attribute("pad_value", "\u0001")
                .attribute("tokenexp", pattern)
                .output(0);
        String counts = out.toDouble(grams(e, tokens, range, out));
        return e.flag(false, "binary") ? Scalers.above(out, counts, 0) : counts;
    }

    /** Counts of each vocabulary entry, FLOAT [N, terms]. */
    private static String grams(Estimator e, String tokens, long[] range, Emitter out) {
        String[] terms = vocabulary(e);
        PySet stops = e.get("stop_words") instanceof PySet set ? set : null;
        List<List<ByteString>> pools = new ArrayList<>();
        List<List<Long>> columns = new ArrayList<>();
        for (int n = 0; n < range[1]; n++) {
            pools.add(new ArrayList<>());
            columns.add(new ArrayList<>());
        }
        for (int i = 0; i < terms.length; i++) {
            String[] words = range[1] == 1 ? new String[] {terms[i]} : terms[i].split(" ", -1);
            boolean stopped = stops != null && stops.items().contains(terms[i]);
            if (words.length > range[1] || stopped) {
                throw new UnsupportedOperatorException("vocabulary entry (" + terms[i] + ")");
            }
            for (String word : words) {
                pools.get(words.length - 1).add(ByteString.copyFromUtf8(word));
            }
            columns.get(words.length - 1).add((long) i);
        }
        List<Long> starts = new ArrayList<>();
        List<ByteString> pool = new ArrayList<>();
        List<Long> indexes = new ArrayList<>();
        for (int n = 0; n < pools.size(); n++) {
            starts.add((long) pool.size());
            pool.addAll(pools.get(n));
            indexes.addAll(columns.get(n));
        }
        return out.node("TfIdfVectorizer", tokens)
                .attribute("mode", "TF")
                .attribute("min_gram_length", range[0])
                .attribute("max_gram_length", range[1])
                .attribute("max_skip_count", 0L)
                .attribute("ngram_counts", new OnnxAttribute.OfInts(starts))
                .attribute("ngram_indexes", new OnnxAttribute.OfInts(indexes))
                .attribute("pool_strings", new OnnxAttribute.OfStrings(pool))
                .output(0);
    }

    private static Fitted dictionary(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        DictColumns columns = DictColumns.of(e);
        List<Object> names = e.list("feature_names_");
        List<String> parts = new ArrayList<>();
        int[] places = new int[names.size()];
        int next = 0;
        for (int f = 0; f < columns.names().size(); f++) {
            Features.Part column = x.column(out, f);
            List<DictColumns.Target> targets = columns.targets().get(f);
            if (columns.text(f)) {
                List<Object> categories = new ArrayList<>();
                targets.forEach(target -> categories.add(target.category()));
                String index = Categories.indices(out, column, NumpyArray.ofObjects(categories));
                parts.add(Encoders.hot(out, out.toDouble(index), categories.size(), false));
            } else {
                String number = column.type() == ElementType.DOUBLE ? column.value() : out.toDouble(column.value());
                parts.add(out.where(out.op("IsNaN", number), out.scalar(0), number));
            }
            for (DictColumns.Target target : targets) {
                places[target.column()] = next++;
            }
        }
        Features joined = Features.of(out.concat(1, parts), next);
        return Fitted.transformer(joined.select(out, places));
    }
}
