package io.edgeai.core.remote;

import io.edgeai.core.model.Signature;
import io.edgeai.core.model.Tensor;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model elsewhere, whatever carries the messages. */
interface RemoteModel {
    /** Asks, waiting until the other side is there. */
    Signature signature(Duration within);

    Map<String, Tensor> infer(Map<String, Tensor> inputs, @Nullable Duration deadline);

    void close();
}
