package io.edgeai.core.train.gradient;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.LongStream;

/** Normalizations: by the batch, by running statistics, by layer and by instance. */
final class NormalizationGradients {
    private NormalizationGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("BatchNormalization", g -> {
            if (g.ofBatch()) {
                ofBatch(g);
            } else {
                frozen(g);
            }
        });
        table.put("LayerNormalization", NormalizationGradients::layer);
        table.put("InstanceNormalization", NormalizationGradients::instance);
    }

    /**
     * With d = x - mean, S1 = sum dy, S2 = sum dy*d and inv = 1/sqrt(var+eps):
     * dx = gamma*inv*dy + (-gamma*inv^3*S2/n)*d - gamma*inv*S1/n; all but the first term is one normalization of d.
     */
    private static void ofBatch(NodeGradient g) {
        GraphEmitter out = g.out();
        String centred = g.x();
        long[] dims = g.fixed(centred);
        String inverse = inverse(g, g.input(4));
        long[] axes = BatchStatistics.allButChannels(dims.length);
        String first = out.sum(g.dy(), false, axes);
        String second = out.mul(out.sum(out.mul(g.dy(), centred), false, axes), inverse);
        give(g, second, first);
        if (!g.wants(0)) {
            return;
        }
        String scale = out.mul(g.input(1), inverse);
        String share = out.div(out.op("Neg", scale), out.mul(out.size(centred), 1f / dims[1]));
        OnnxNode rest = out.node(
                        "BatchNormalization",
                        centred,
                        out.mul(out.mul(share, inverse), second),
                        out.mul(share, first),
                        out.filled(0, (int) dims[1]),
                        out.filled(1, (int) dims[1]))
                .attribute("epsilon", 0f);
        g.give(0, out.add(out.mul(g.dy(), perChannel(g, scale, dims)), rest.output(0)));
    }

    private static void frozen(NodeGradient g) {
        GraphEmitter out = g.out();
        if (g.wants(3) || g.wants(4)) {
            throw g.refuse("its statistics depend on parameters");
        }
        if (g.node().intAttribute("training_mode", 0) != 0) {
            throw g.refuse("it is already in training mode");
        }
        long[] dims = g.fixed(g.x());
        String inverse = inverse(g, g.input(4));
        long[] axes = BatchStatistics.allButChannels(dims.length);
        if (g.wants(1)) {
            String centred = out.sub(g.x(), perChannel(g, g.input(3), dims));
            g.give(1, out.mul(out.sum(out.mul(g.dy(), centred), false, axes), inverse));
        }
        if (g.wants(2)) {
            g.give(2, out.sum(g.dy(), false, axes));
        }
        if (g.wants(0)) {
            g.give(0, out.mul(g.dy(), perChannel(g, out.mul(g.input(1), inverse), dims)));
        }
    }

    private static void give(NodeGradient g, String gamma, String beta) {
        if (g.wants(1)) {
            g.give(1, gamma);
        }
        if (g.wants(2)) {
            g.give(2, beta);
        }
    }

    private static String inverse(NodeGradient g, String variance) {
        GraphEmitter out = g.out();
        float epsilon = g.node().floatAttribute("epsilon", 1e-5f);
        return out.op("Reciprocal", out.op("Sqrt", out.add(variance, out.scalar(epsilon))));
    }

    private static String perChannel(NodeGradient g, String vector, long[] dims) {
        long[] shape = Window.filled(dims.length, 1);
        shape[1] = dims[1];
        return g.out().reshape(vector, shape);
    }

    /** dx = inv*(u - mean(u) - xhat*mean(u*xhat)) with u = dy*gamma. */
    private static void layer(NodeGradient g) {
        GraphEmitter out = g.out();
        int rank = g.rank(g.x());
        int axis = g.axis(g.node().intAttribute("axis", -1), g.x());
        while (g.node().outputs().size() < 3) {
            g.node().outputs().add("");
        }
        for (int i = 1; i < 3; i++) {
            if (g.node().output(i).isEmpty()) {
                g.node().outputs().set(i, out.name(g.y() + (i == 1 ? "_mean" : "_inverse")));
            }
        }
        String inverse = g.node().output(2);
        String normal = out.mul(out.sub(g.x(), g.node().output(1)), inverse);
        if (g.wants(1)) {
            g.give(1, g.unbroadcast(out.mul(g.dy(), normal), g.input(1)));
        }
        if (!g.input(2).isEmpty() && g.wants(2)) {
            g.give(2, g.unbroadcast(g.dy(), g.input(2)));
        }
        if (g.wants(0)) {
            g.give(
                    0,
                    normalized(
                            g,
                            out.mul(g.dy(), g.input(1)),
                            normal,
                            inverse,
                            LongStream.range(axis, rank).toArray()));
        }
    }

    private static void instance(NodeGradient g) {
        GraphEmitter out = g.out();
        long[] dims = g.fixed(g.x());
        long[] axes = PoolGradients.spatialAxes(dims.length);
        String centred = out.sub(g.x(), mean(g, g.x(), axes));
        String inverse = inverse(g, mean(g, out.mul(centred, centred), axes));
        String normal = out.mul(centred, inverse);
        long[] all = BatchStatistics.allButChannels(dims.length);
        if (g.wants(1)) {
            g.give(1, out.sum(out.mul(g.dy(), normal), false, all));
        }
        if (g.wants(2)) {
            g.give(2, out.sum(g.dy(), false, all));
        }
        if (g.wants(0)) {
            g.give(0, normalized(g, out.mul(g.dy(), perChannel(g, g.input(1), dims)), normal, inverse, axes));
        }
    }

    private static String normalized(NodeGradient g, String u, String normal, String inverse, long[] axes) {
        GraphEmitter out = g.out();
        String along = out.mul(normal, mean(g, out.mul(u, normal), axes));
        return out.mul(out.sub(out.sub(u, mean(g, u, axes)), along), inverse);
    }

    private static String mean(NodeGradient g, String value, long[] axes) {
        long count = Arrays.stream(axes).map(axis -> g.fixed(g.x(), (int) axis)).reduce(1, Math::multiplyExact);
        return g.out().mul(g.out().sum(value, true, axes), 1f / count);
    }
}
