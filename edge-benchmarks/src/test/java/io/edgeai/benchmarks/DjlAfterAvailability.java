package io.edgeai.benchmarks;

import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;

/** A program: asks our engine whether it is usable, then starts DJL and answers. */
final class DjlAfterAvailability {
    private DjlAfterAvailability() {}

    public static void main(String[] arguments) throws Exception {
        if (!new OnnxRuntimeEngine().availability().usable()) {
            throw new IllegalStateException("not usable");
        }
        PredictSide.Served served = PredictSide.DJL.serve(BenchModel.SMALL_MLP);
        float[] answer = served.calls().forThisThread().predict(BenchModel.SMALL_MLP.input(1));
        served.closing().close();
        System.out.println("answers " + answer.length);
    }
}
