package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.CudaProvider;
import org.junit.jupiter.api.BeforeAll;

/** What every engine must do, with CUDA; skipped where it is not. */
class CudaContractTest extends OnnxRuntimeContractTest {
    private static final OnProvider ENGINE = new OnProvider(CudaProvider.device(0));

    @BeforeAll
    static void here() {
        ENGINE.orSkip();
    }

    @Override
    public InferenceRuntime engine() {
        return ENGINE;
    }
}
