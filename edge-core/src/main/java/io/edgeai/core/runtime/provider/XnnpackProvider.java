package io.edgeai.core.runtime.provider;

import io.edgeai.core.error.InvalidInputException;
import java.util.Map;

/**
 * Arm and x86 processors through XNNPACK: FLOAT convolutions, pools, products. In ONNX Runtime's builds for Android and
 * iOS, elsewhere in one built with it. Default: one thread of its own.
 */
public record XnnpackProvider(Map<String, String> options) implements ExecutionProvider {
    public XnnpackProvider {
        options = Map.copyOf(options);
    }

    @Override
    public String name() {
        return "xnnpack";
    }

    @Override
    public XnnpackProvider option(String name, String value) {
        return new XnnpackProvider(Settings.with(options, name, value));
    }

    /** @param count threads that share one operator, 1 to 1024 */
    public static XnnpackProvider threads(int count) {
        if (count < 1 || count > 1024) {
            throw new InvalidInputException("threads (" + count + ") must be 1 to 1024.");
        }
        return new XnnpackProvider(Map.of("intra_op_num_threads", Integer.toString(count)));
    }
}
