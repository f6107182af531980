package io.edgeai.federated.transport.grpc;

import io.edgeai.core.error.RuntimeUnavailableException;

/** Whether gRPC is here; asked before any class that needs it is loaded. Stateless. */
final class GrpcLibrary {
    private static final String NEEDED = "io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder";

    private GrpcLibrary() {}

    /** @throws RuntimeUnavailableException naming the dependency to add */
    static void require() {
        try {
            Class.forName(NEEDED, false, GrpcLibrary.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new RuntimeUnavailableException(
                    "gRPC is not on the class path (" + NEEDED + " is missing). Maybe add the dependency"
                            + " io.grpc:grpc-netty-shaded:1.85.1.",
                    e);
        }
    }
}
