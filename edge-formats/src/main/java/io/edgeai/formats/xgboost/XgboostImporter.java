package io.edgeai.formats.xgboost;

import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxType;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.formats.emit.Account;
import io.edgeai.formats.spi.ImportedModel;
import io.edgeai.formats.spi.ModelImporter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * XGBoost to ONNX: trees, with categories and several targets a leaf too, become one {@code ai.onnx.ml
 * TreeEnsembleRegressor}, a linear booster becomes Gemm, and the
 * objective's transform follows. The graph takes {@code input} float [N, features], NaN meaning missing, and gives
 * {@code margin} float [N, outputs] and {@code prediction}: float [N, outputs], or for multi:softmax float [N, 1] class
 * numbers. Stateless and thread-safe.
 */
public final class XgboostImporter implements ModelImporter {
    @Override
    public ModelFormat format() {
        return ModelFormat.XGBOOST;
    }

    @Override
    public ImportedModel read(Path source) {
        XgboostModel model = XgboostReader.read(source);
        String version = model.version.stream().map(String::valueOf).collect(Collectors.joining("."));
        String what = model.linear.length > 0
                ? "linear booster -> Gemm"
                : model.trees.size() + " trees, "
                        + model.trees.stream().mapToInt(m -> m.tree().nodes()).sum()
                        + " nodes -> TreeEnsembleRegressor";
        Account account = new Account();
        OnnxGraph graph = graph(model, account);
        return new ImportedModel(
                graph,
                ModelFormat.XGBOOST,
                "XGBoost " + version,
                List.of(what, "objective " + model.objectiveName + " -> " + model.objective),
                account.report());
    }

    private static OnnxGraph graph(XgboostModel model, Account account) {
        OnnxGraph graph = OnnxGraph.create("xgboost", 17);
        graph.info().opsets().put("ai.onnx.ml", 3L);
        graph.inputs().add(value("input", model.features));
        if (model.linear.length > 0) {
            addLinear(graph, model);
        } else {
            addTrees(graph, model);
        }
        account.add(
                model.linear.length > 0 ? "gblinear" : "gbtree of " + model.trees.size() + " trees",
                "learner.gradient_booster",
                graph.nodes());
        int before = graph.nodes().size();
        ObjectiveNodes.add(graph, model.objective, model.groups);
        account.add(
                model.objectiveName,
                "learner.objective",
                graph.nodes().subList(before, graph.nodes().size()));
        graph.outputs().add(value("margin", model.groups));
        graph.outputs().add(value("prediction", model.objective == Objective.SOFTMAX ? 1 : model.groups));
        return graph;
    }

    private static OnnxValue value(String name, int columns) {
        return new OnnxValue(
                name, new OnnxType.OfTensor(ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(columns))));
    }

    private static void addLinear(OnnxGraph graph, XgboostModel model) {
        int weights = model.features * model.groups;
        float[] bias = new float[model.groups];
        for (int g = 0; g < bias.length; g++) {
            bias[g] = model.linear[weights + g] + model.baseMargin[g];
        }
        graph.initializers()
                .put(
                        "weights",
                        OnnxTensor.ofFloats(Arrays.copyOf(model.linear, weights), model.features, model.groups));
        graph.initializers().put("bias", OnnxTensor.ofFloats(bias, bias.length));
        // A missing value adds nothing, as in XGBoost's sparse rows; NaN would spoil the whole row.
        graph.initializers().put("nothing", OnnxTensor.scalar(0f));
        graph.add("IsNaN", "missing", List.of("input"), List.of("missing"));
        graph.add("Where", "present", List.of("missing", "nothing", "input"), List.of("present"));
        graph.add("Gemm", "linear", List.of("present", "weights", "bias"), List.of("margin"));
    }

    private static void addTrees(OnnxGraph graph, XgboostModel model) {
        graph.nodes().add(TreeEnsemble.of(model, wholeCategories(graph, model), "trees"));
        graph.initializers().put("base", OnnxTensor.ofFloats(model.baseMargin, 1, model.groups));
        graph.add("Add", "base_margin", List.of("trees", "base"), List.of("margin"));
    }

    /** XGBoost takes the whole part of a category's code; where there are categories, the graph does too. */
    private static String wholeCategories(OnnxGraph graph, XgboostModel model) {
        byte[] categorical = new byte[model.features];
        boolean any = false;
        for (XgboostModel.Member member : model.trees) {
            XgboostTree tree = member.tree();
            for (int node = 0; node < tree.nodes(); node++) {
                if (!tree.leaf(node) && tree.categories(node) != null) {
                    categorical[tree.feature[node]] = 1;
                    any = true;
                }
            }
        }
        if (!any) {
            return "input";
        }
        graph.initializers().put("categorical", OnnxTensor.ofBytes(ElementType.BOOL, categorical, 1, model.features));
        graph.add("Floor", "whole", List.of("input"), List.of("whole"));
        graph.add("Where", "codes", List.of("categorical", "whole", "input"), List.of("codes"));
        return "codes";
    }
}
