package io.edgeai.core.runtime.onnxruntime;

import io.edgeai.core.runtime.InferenceRuntime;
import io.edgeai.core.runtime.provider.TensorRtProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** What every engine must do, with TensorRT, whose engines are built once; skipped where it is not. */
class TensorRtContractTest extends OnnxRuntimeContractTest {
    @TempDir
    static Path engines;

    @BeforeAll
    static void here() {
        new OnProvider(TensorRtProvider.device(0)).orSkip();
    }

    @Override
    public InferenceRuntime engine() {
        return new OnProvider(TensorRtProvider.device(0).cache(engines));
    }
}
