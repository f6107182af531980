/**
 * A plan in the words of other systems: Kubernetes, KServe, AWS IoT Greengrass, Azure IoT Edge, Nomad and Docker Compose. Files are texts by name; nothing is written or sent here.
 */
@NullMarked
package io.edgeai.placement.deploy.export;

import org.jspecify.annotations.NullMarked;
