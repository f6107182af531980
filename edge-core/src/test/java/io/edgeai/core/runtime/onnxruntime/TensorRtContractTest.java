package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import org.junit.jupiter.api.BeforeAll;

/** What every engine must do, with TensorRT; skipped where it is not. */
class TensorRtContractTest extends OnnxRuntimeContractTest {
    private static final OnProvider ENGINE = new OnProvider(TensorRtProvider.device(0));

    @BeforeAll
    static void here() {
        ENGINE.orSkip();
    }

    @Override
    public InferenceRuntime engine() {
        return ENGINE;
    }
}
