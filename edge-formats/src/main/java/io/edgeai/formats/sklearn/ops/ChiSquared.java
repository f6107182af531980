package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Features whose products are about the additive (Vedaldi and Zisserman 2012) or skewed chi-squared kernel (Li 2010). */
final class ChiSquared {
    private static final double[] INTERVALS = {0.8, 0.5, 0.4};

    private ChiSquared() {}

    static void register(Map<String, Converter> all) {
        all.put("AdditiveChi2Sampler", ChiSquared::additive);
        all.put("SkewedChi2Sampler", ChiSquared::skewed);
    }

    private static Fitted additive(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        int steps = e.integer("sample_steps");
        if (!e.has("sample_interval", "sample_interval_") && (steps < 1 || steps > INTERVALS.length)) {
            throw new UnsupportedOperatorException("sample_steps = " + steps + " without sample_interval");
        }
        double interval = e.has("sample_interval", "sample_interval_")
                ? e.real("sample_interval", "sample_interval_")
                : INTERVALS[steps - 1];
        String value = x.matrix(out);
        String zero = out.op("Equal", value, out.scalar(0));
        String angle = out.scale(out.op("Log", out.where(zero, out.scalar(1), value)), interval);
        List<String> parts = new ArrayList<>();
        parts.add(out.op("Sqrt", out.scale(value, interval)));
        for (int j = 1; j < steps; j++) {
            String size = out.op("Sqrt", out.scale(value, 2 * interval / Math.cosh(Math.PI * j * interval)));
            parts.add(out.mul(size, cosine(out.scale(angle, j), out)));
            parts.add(out.mul(size, out.op("Sin", out.scale(angle, j))));
        }
        return Fitted.transformer(Features.of(out.concat(1, parts), x.width() * parts.size()));
    }

    private static Fitted skewed(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] weights = e.matrix("random_weights_");
        LinearModels.requireWidth(e, x, weights.length);
        double[] offset = e.doubles("random_offset_");
        String logs = out.op("Log", out.plus(x.matrix(out), e.real("skewedness")));
        String angle = out.add(out.matmul(logs, out.matrix(weights)), out.row(offset));
        return Fitted.transformer(
                Features.of(out.scale(cosine(angle, out), Math.sqrt(2.0 / offset.length)), offset.length));
    }

    /** As a shifted sine, which has a double kernel. */
    private static String cosine(String angle, Emitter out) {
        return out.op("Sin", out.plus(angle, Math.PI / 2));
    }
}
