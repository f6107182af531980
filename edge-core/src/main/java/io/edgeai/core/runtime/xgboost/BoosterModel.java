package io.edgeai.core.runtime.xgboost;

import io.edgeai.core.error.InferenceException;
import io.edgeai.core.model.Dim;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.model.TensorSpec;
import io.edgeai.core.runtime.adapter.EngineModel;
import io.edgeai.core.runtime.adapter.InputSpecs;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.Booster.PredictionType;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** One booster. Trees run in place and side by side; linear boosters cannot, and run one after the other. */
final class BoosterModel implements EngineModel {
    private static final int[] ALL_ROUNDS = {0, 0};

    private final Booster booster;
    private final int features;
    private final boolean inPlace;
    private final int groups;
    private final int predictions;
    private final Signature signature;
    private final InputSpecs inputs;

    BoosterModel(Booster booster) throws XGBoostError {
        this.booster = booster;
        this.features = Math.toIntExact(booster.getNumFeature());
        float[] nothingKnown = new float[features];
        Arrays.fill(nothingKnown, Float.NaN);
        this.inPlace = canRunInPlace(booster, nothingKnown);
        this.groups = answers(nothingKnown, 1, PredictionType.kMargin)[0].length;
        this.predictions = answers(nothingKnown, 1, PredictionType.kValue)[0].length;
        this.signature = new Signature(
                List.of(spec("input", features)), List.of(spec("margin", groups), spec("prediction", predictions)));
        this.inputs = new InputSpecs(signature.inputs());
    }

    private static boolean canRunInPlace(Booster booster, float[] row) {
        try {
            booster.inplace_predict(row, 1, row.length, Float.NaN);
            return true;
        } catch (XGBoostError e) {
            return false;
        }
    }

    private static TensorSpec spec(String name, int columns) {
        return new TensorSpec(name, ElementType.FLOAT, List.of(Dim.symbolic("N"), Dim.of(columns)));
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public void check(Map<String, Tensor> named) {
        inputs.check(named);
    }

    @Override
    public Map<String, Tensor> run(Map<String, Tensor> named) {
        Tensor input = Objects.requireNonNull(named.get("input"));
        float[] values = input.floats();
        int rows = Math.toIntExact(input.shape()[0]);
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        outputs.put("margin", Tensor.of(flat(values, rows, PredictionType.kMargin, groups), rows, groups));
        outputs.put("prediction", Tensor.of(flat(values, rows, PredictionType.kValue, predictions), rows, predictions));
        return outputs;
    }

    @Override
    public float[] predict(float[] input, long[] shape) {
        return flat(input, Math.toIntExact(shape[0]), PredictionType.kMargin, groups);
    }

    private float[] flat(float[] values, int rows, PredictionType type, int columns) {
        float[] flat = new float[Math.multiplyExact(rows, columns)];
        if (rows == 0) {
            return flat;
        }
        try {
            float[][] answers = answers(values, rows, type);
            for (int r = 0; r < rows; r++) {
                System.arraycopy(answers[r], 0, flat, r * columns, columns);
            }
            return flat;
        } catch (XGBoostError e) {
            throw new InferenceException("XGBoost failed while running the model: " + Boosters.reason(e) + ".", e);
        }
    }

    private float[][] answers(float[] values, int rows, PredictionType type) throws XGBoostError {
        return inPlace
                ? booster.inplace_predict(values, rows, features, Float.NaN, ALL_ROUNDS, type, null)
                : oneAtATime(values, rows, type == PredictionType.kMargin);
    }

    private synchronized float[][] oneAtATime(float[] values, int rows, boolean margin) throws XGBoostError {
        DMatrix matrix = new DMatrix(values, rows, features, Float.NaN);
        try {
            return booster.predict(matrix, margin);
        } finally {
            matrix.dispose();
        }
    }

    @Override
    public void close() {
        booster.dispose();
    }
}
