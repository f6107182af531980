package io.edgeai.optimize.retrain;

import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.train.Checkpoint;
import io.edgeai.core.train.Trained;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.fuse.GraphPasses;
import io.edgeai.optimize.quantize.FakeQuantizer;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.Quantized;
import io.edgeai.optimize.quantize.StaticQuantizer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Trains weights for static INT8: in training each activation and weight is rounded as the integer graph will round it,
 * and gradients pass straight through the rounding (Jacob et al. 2018). Batch normalization is trained unfolded; folding
 * stretches a channel's weights and levels alike, so the integer graph has the very levels that were trained. Immutable.
 */
public final class QuantizationAwareTraining {
    private final FineTuning tuning;
    private final QuantizeSettings settings;

    /** @param tuning data, teacher and {@link TrainSettings#quantizationAware() rates} */
    public QuantizationAwareTraining(FineTuning tuning, QuantizeSettings settings) {
        this.tuning = tuning;
        this.settings = settings;
    }

    /** Values whose ranges are needed. */
    public Set<String> values(OnnxGraph simplified) {
        return new FakeQuantizer(simplified, settings).values();
    }

    /**
     * Trains a graph and quantizes it; the graph given is left as it is.
     *
     * @param simplified of operator set 13 or above
     * @param ranges of all {@link #values}
     * @param from where to go on; null to begin
     */
    public Quantized quantize(OnnxGraph simplified, Map<String, ValueRange> ranges, @Nullable Checkpoint from) {
        FakeQuantizer fake = new FakeQuantizer(simplified, settings);
        OnnxGraph start = tuning.prepared(simplified);
        OnnxGraph trainee = fake.apply(start, ranges);
        Trained trained = tuning.train(trainee, fake.weights(), from);
        OnnxGraph learned = start.copy();
        for (Map.Entry<String, OnnxTensor> constant : learned.initializers().entrySet()) {
            constant.setValue(trained.best().initializers().getOrDefault(constant.getKey(), constant.getValue()));
        }
        OnnxGraph folded = GraphPasses.simplified(learned, tuning.runtime());
        return new StaticQuantizer(folded, settings)
                .weights(fake.levels(learned, folded))
                .quantize(ranges);
    }
}
