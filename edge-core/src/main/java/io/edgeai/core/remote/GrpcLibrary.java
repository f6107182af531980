package io.edgeai.core.remote;

import io.edgeai.core.error.RuntimeUnavailableException;
import java.nio.ByteOrder;

/** Whether gRPC is here; asked before any class that needs it is loaded. Stateless. */
final class GrpcLibrary {
    private static final String[] NEEDED = {
        "io.grpc.stub.ClientCalls", "io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder"
    };

    private GrpcLibrary() {}

    /** @throws RuntimeUnavailableException naming the dependencies to add */
    static void require() {
        for (String name : NEEDED) {
            try {
                Class.forName(name, false, GrpcLibrary.class.getClassLoader());
            } catch (ClassNotFoundException | LinkageError e) {
                throw new RuntimeUnavailableException(
                        "gRPC is not on the class path (" + name + " is missing). Maybe add the dependencies"
                                + " io.grpc:grpc-netty-shaded:1.85.1 and io.grpc:grpc-stub:1.85.1.",
                        e);
            }
        }
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new RuntimeUnavailableException("This processor's byte order (" + ByteOrder.nativeOrder()
                    + ") is not the protocol's. Maybe run the model on x86-64 or ARM.");
        }
    }
}
