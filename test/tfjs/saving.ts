/** Models out to what a file would hold, and back. */
import { io } from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';

/** What a file of the model holds, its optimizer's state with it. */
export async function save(model: LayersModel): Promise<io.ModelArtifacts> {
  let saved: io.ModelArtifacts | undefined;
  const handler = io.withSaveHandler(async artifacts => {
    const { modelTopology, trainingConfig } = artifacts;
    saved = { ...artifacts, ...JSON.parse(JSON.stringify({ modelTopology, trainingConfig })) };
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' as const } };
  });
  await model.save(handler, { includeOptimizer: true });
  return saved!;
}

/** A model out of that. */
export const load = (artifacts: io.ModelArtifacts): Promise<LayersModel> =>
  loadLayersModel(io.fromMemory(artifacts));
