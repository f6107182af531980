package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import java.util.Map;

/** Models that compare rows with training points through a kernel: Gaussian processes, kernel ridge, kernel PCA. */
final class KernelModels {
    private KernelModels() {}

    static void register(Map<String, Converter> all) {
        all.put("GaussianProcessRegressor", KernelModels::gaussianProcess);
        all.put("KernelRidge", KernelModels::kernelRidge);
        all.put("KernelPCA", KernelModels::kernelPca);
        all.put("Nystroem", KernelModels::nystroem);
        all.put("RBFSampler", KernelModels::sampler);
    }

    private static Fitted gaussianProcess(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("X_train_");
        LinearModels.requireWidth(e, x, points[0].length);
        String kernel = Kernels.gaussian(e.inner("kernel_"), x.matrix(out), points, out);
        double[][] alpha = e.matrix("alpha_");
        boolean flat = LinearModels.flat(e, "alpha_");
        double[][] weights = flat ? Matrices.transpose(alpha) : alpha;
        String mean = out.matmul(kernel, out.matrix(weights));
        int outputs = weights[0].length;
        mean = out.add(
                out.mul(mean, out.row(Matrices.ofLength(e.doubles("_y_train_std"), outputs))),
                out.row(Matrices.ofLength(e.doubles("_y_train_mean"), outputs)));
        return new Fitted().predict(mean, outputs, flat || outputs == 1 && e.since(1, 1));
    }

    private static String pairwise(Estimator e, String x, double[][] points, String otherwise, Emitter out) {
        double gamma = e.has("gamma_") ? e.real("gamma_") : e.realOr(1.0 / points[0].length, "gamma");
        return Kernels.named(
                out, x, points, e.text(otherwise, "kernel"), gamma, e.realOr(3, "degree"), e.realOr(1, "coef0"));
    }

    private static Fitted kernelRidge(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("X_fit_");
        LinearModels.requireWidth(e, x, points[0].length);
        String kernel = pairwise(e, x.matrix(out), points, "linear", out);
        double[][] dual = e.matrix("dual_coef_");
        boolean flat = LinearModels.flat(e, "dual_coef_");
        double[][] weights = flat ? Matrices.transpose(dual) : dual;
        return new Fitted().predict(out.matmul(kernel, out.matrix(weights)), weights[0].length, flat);
    }

    private static Fitted kernelPca(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("X_fit_");
        LinearModels.requireWidth(e, x, points[0].length);
        String kernel = pairwise(e, x.matrix(out), points, "linear", out);
        String centered = Scalers.centered(e.inner("_centerer"), kernel, out);
        double[] values = e.doubles("eigenvalues_", "lambdas_");
        double[][] vectors = e.matrix("eigenvectors_", "alphas_");
        double[][] scaled = new double[vectors.length][values.length];
        for (int r = 0; r < vectors.length; r++) {
            for (int k = 0; k < values.length; k++) {
                scaled[r][k] = values[k] == 0 ? 0 : vectors[r][k] / Math.sqrt(values[k]);
            }
        }
        return Fitted.transformer(Features.of(out.matmul(centered, out.matrix(scaled)), values.length));
    }

    private static Fitted nystroem(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] points = e.matrix("components_");
        LinearModels.requireWidth(e, x, points[0].length);
        if (e.get("kernel") instanceof String name
                && !name.equals("rbf")
                && (!e.has("coef0") && name.startsWith("poly"))) {
            throw new UnsupportedOperatorException("kernel = " + name + " without coef0");
        }
        String kernel = pairwise(e, x.matrix(out), points, "rbf", out);
        double[][] normalization = Matrices.transpose(e.matrix("normalization_"));
        return Fitted.transformer(Features.of(out.matmul(kernel, out.matrix(normalization)), normalization[0].length));
    }

    /** sqrt(2 / n) cos(x W + b); the cosine as a shifted sine, which has a double kernel. */
    private static Fitted sampler(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] weights = e.matrix("random_weights_");
        LinearModels.requireWidth(e, x, weights.length);
        double[] offset = e.doubles("random_offset_").clone();
        for (int i = 0; i < offset.length; i++) {
            offset[i] += Math.PI / 2;
        }
        String angle = out.add(out.matmul(x.matrix(out), out.matrix(weights)), out.row(offset));
        return Fitted.transformer(
                Features.of(out.scale(out.op("Sin", angle), Math.sqrt(2.0 / offset.length)), offset.length));
    }
}
