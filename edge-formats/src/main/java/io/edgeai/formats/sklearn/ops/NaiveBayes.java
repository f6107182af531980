package io.edgeai.formats.sklearn.ops;

import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.formats.sklearn.graph.Context;
import io.edgeai.formats.sklearn.graph.Converter;
import io.edgeai.formats.sklearn.graph.Emitter;
import io.edgeai.formats.sklearn.graph.Estimator;
import io.edgeai.formats.sklearn.graph.Features;
import io.edgeai.formats.sklearn.graph.Fitted;
import io.edgeai.formats.sklearn.graph.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The five naive Bayes classifiers: joint log likelihood, its argmax, and its softmax. */
final class NaiveBayes {
    private NaiveBayes() {}

    static void register(Map<String, Converter> all) {
        all.put("GaussianNB", NaiveBayes::gaussian);
        all.put("MultinomialNB", NaiveBayes::multinomial);
        all.put("ComplementNB", NaiveBayes::complement);
        all.put("BernoulliNB", NaiveBayes::bernoulli);
        all.put("CategoricalNB", NaiveBayes::categorical);
    }

    private static Fitted fitted(Emitter out, String joint, Labels labels) {
        String proba = out.op("Exp", out.sub(joint, out.logSumExp(joint)));
        return new Fitted().proba(proba, labels.size()).classes(out, labels, out.argmax(joint));
    }

    private static Fitted gaussian(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] mean = e.matrix("theta_");
        double[][] variance = e.matrix("var_", "sigma_");
        double[] prior = e.doubles("class_prior_");
        LinearModels.requireWidth(e, x, mean[0].length);
        String value = x.matrix(out);
        List<String> joint = new ArrayList<>();
        for (int k = 0; k < mean.length; k++) {
            double constant = Math.log(prior[k]);
            for (double v : variance[k]) {
                constant -= 0.5 * Math.log(2 * Math.PI * v);
            }
            String square = out.square(out.sub(value, out.row(mean[k])));
            joint.add(out.plus(out.scale(out.sum(out.div(square, out.row(variance[k]))), -0.5), constant));
        }
        return fitted(out, out.concat(1, joint), e.classes());
    }

    private static Fitted multinomial(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] logs = e.matrix("feature_log_prob_");
        LinearModels.requireWidth(e, x, logs[0].length);
        String joint = out.add(Kernels.dot(out, x.matrix(out), logs), out.row(e.doubles("class_log_prior_")));
        return fitted(out, joint, e.classes());
    }

    private static Fitted complement(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] logs = e.matrix("feature_log_prob_");
        LinearModels.requireWidth(e, x, logs[0].length);
        String joint = Kernels.dot(out, x.matrix(out), logs);
        if (logs.length == 1) {
            joint = out.add(joint, out.row(e.doubles("class_log_prior_")));
        }
        return fitted(out, joint, e.classes());
    }

    private static Fitted bernoulli(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        double[][] logs = e.matrix("feature_log_prob_");
        LinearModels.requireWidth(e, x, logs[0].length);
        double[] constant = e.doubles("class_log_prior_").clone();
        double[][] weights = new double[logs.length][logs[0].length];
        for (int k = 0; k < logs.length; k++) {
            double sum = 0;
            for (int f = 0; f < weights[k].length; f++) {
                double absent = Math.log(1 - Math.exp(logs[k][f]));
                weights[k][f] = logs[k][f] - absent;
                sum += absent;
            }
            constant[k] += sum;
        }
        String value = x.matrix(out);
        if (e.has("binarize")) {
            value = Scalers.above(out, value, e.real("binarize"));
        }
        return fitted(out, out.add(Kernels.dot(out, value, weights), out.row(constant)), e.classes());
    }

    private static Fitted categorical(Estimator e, Features x, Context c) {
        Emitter out = c.out();
        List<Object> tables = e.list("feature_log_prob_");
        if (tables.size() != x.width()) {
            throw new UnsupportedOperatorException("(" + x.width() + ") columns for " + tables.size());
        }
        String value = x.matrix(out);
        List<String> parts = new ArrayList<>();
        for (int f = 0; f < tables.size(); f++) {
            double[][] table = Matrices.transpose(e.matrixOf(tables.get(f), "feature_log_prob_"));
            String code = out.squeeze(out.cast(out.columns(value, f), ElementType.INT64), 1);
            parts.add(out.gather(out.matrix(table), code, 0));
        }
        String joint = out.add(Members.sum(out, parts), out.row(e.doubles("class_log_prior_")));
        return fitted(out, joint, e.classes());
    }
}
