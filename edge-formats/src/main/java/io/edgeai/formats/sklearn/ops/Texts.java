package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.pickle.NumpyArray;
import io.edgeai.formats.pickle.PyDict;
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
 * Bags of words, of letters and of their n-grams: ONNX Runtime's {@code TfIdfVectorizer} counts what {@link Words} or
 * {@link Spelling} found in the text; weights and norms are doubles.
 */
final class Texts {
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

    private static String counts(Estimator e, Features x, Emitter out) {
        if (x.width() != 1 || !x.text()) {
            throw new UnsupportedOperatorException("(" + x.width() + ") columns in place of one column of text");
        }
        String[] terms = vocabulary(e);
        TextOptions options = TextOptions.of(e);
        String text = options.prepared(out, out.squeeze(x.parts().get(0).value(), 1), terms);
        String counts = out.toDouble(
                options.words() ? Words.counts(out, text, options, terms) : Spelling.counts(out, text, options, terms));
        return e.flag(false, "binary") ? Scalers.above(out, counts, 0) : counts;
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
